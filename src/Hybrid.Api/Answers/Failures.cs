using Hybrid.Behavior;
using Hybrid.Behavior.Words;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Records;
using Hybrid.Streaming;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Answers;

/// <summary>What the library throws, as problems in the words of the API.</summary>
internal static class Failures
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>The problem that a failure is; of what nobody foresaw, a bug, whose details stay in the log.</summary>
    public static Problem Of(Exception failure) => failure switch
    {
        RefusedException e => e.Problem,
        FilterException e => ProblemKind.BadFilter.With(e.Message, "Mend the filter at this column; README, Filters, has the language.", "filter"),
        UnknownItemException e => ProblemKind.NotFound.With($"The catalogue does not have the item '{e.Item}'.",
            "Check the id, or add the item with POST /v1/items.", "item", e.Item.Value),
        UnknownKeyException e => ProblemKind.NotFound.With(e.Message, "Ask for items that training has seen often enough."),
        NotReadyException e => ProblemKind.NotReady.With($"{e.What}.", HowOf(e.Reason)),
        NothingToLearnException e => ProblemKind.NotReady.With(e.Message, "Send more events with POST /v1/events, then train again."),
        OverloadedException e => ProblemKind.Busy.With($"{e.What}.", "Send the request again later, or less at a time.") with { RetryAfter = e.RetryAfter },
        RecordsException { IsTransient: true } e => ProblemKind.Busy.With(e.Message, "Send the request again.") with { RetryAfter = Soon },
        RecordsException e => ProblemKind.Failed.With(e.Message, "This is for who runs the service: what failed is in the detail."),
        VectorStoreException e => ProblemKind.Failed.With(e.Message, "Wait until the store of vectors answers again, and send the request again.") with
        {
            RetryAfter = e.IsTransient ? Soon : null,
        },
        FeatureStoreException e => ProblemKind.Busy.With(e.Message, "Send it again; without a user, by a text, an item or a history, it is answered now.") with
        {
            RetryAfter = Soon,
        },
        ModelException or Item2VecException => ProblemKind.Failed.With(failure.Message, "This is for who runs the service: what failed is in the detail."),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } e => ProblemKind.TooLarge.With(e.Message, "Send it in smaller parts."),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => ProblemKind.TooSlow.With(
            "The body came so slowly that it was not waited for.", "Send it at once, or in smaller parts; what was sent of it was not taken."),
        BadHttpRequestException e => ProblemKind.BadRequest.With(e.Message, "Send the request again, whole."),
        ObjectDisposedException => ProblemKind.Closing.With("The service is closing.", "Send the request again when it is back.") with { RetryAfter = Soon },
        _ => ProblemKind.Bug.With("Something happened that nobody foresaw.", "Please report it with the lines of the server's log that have this trace id."),
    };

    private static string HowOf(NotReadyReason reason) => reason switch
    {
        NotReadyReason.NoItems => "Add items with POST /v1/items.",
        NotReadyReason.NoRecords => "Give a text, an item or a history, or ask the service that has the records.",
        NotReadyReason.NoEvents => "Add events with POST /v1/events.",
        NotReadyReason.ItemNotIndexed => "It is being indexed: ask again in a second.",
        _ => "Index with POST /v1/admin/index, and follow the job.",
    };
}
