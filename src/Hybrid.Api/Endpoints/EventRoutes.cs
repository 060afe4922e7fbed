using Hybrid.Api.Answers;
using Hybrid.Api.Keys;
using Hybrid.Api.Messages;
using Hybrid.Api.Reading;
using Hybrid.Behavior;
using Hybrid.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Endpoints;

/// <summary>/v1/events and /v1/users: what shoppers do.</summary>
internal static class EventRoutes
{
    private const string User = "/v1/users/{**user}";

    public static void MapTo(ApiRoutes routes)
    {
        routes.Map("POST", "/v1/events", "Takes events; they are on the disk, and in the next recommendation, when this answers.",
            AppendAsync, role: ApiRole.Ingest, body: BodyKind.Rows)
            .Accepts<IReadOnlyList<EventBody>>(Json.MediaType, "application/x-ndjson")
            .WithMetadata(new RequestHeader("Idempotency-Key", "A call that is sent again with the same one, and the same body, counts once."))
            .Produces<RowsAnswer>();
        routes.Map("GET", User, "What a user did, the newest first, and what the user is doing now.",
            ReadAsync, role: ApiRole.Admin).WithMetadata(new QueryFields(typeof(UserRequest))).Produces<UserAnswer>();
        routes.Map("DELETE", User, "Erases a user.",
            EraseAsync, role: ApiRole.Admin).Produces<ErasedAnswer>();
    }

    private static async Task<Answer> AppendAsync(ApiContext api, HttpContext http, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = RequestBody.Of(http);
        var rows = Rows<EventBody>.Read(body, RequestBody.IsLines(http), api.Limits.MaxRows, "events");
        string? repeat = RepeatedCall.IdOf(http, body.Span);
        DateTimeOffset now = api.Clock.GetUtcNow();
        var events = new List<Event>(rows.Values.Count);
        var results = new RowResult[rows.Values.Count];
        for (int i = 0; i < results.Length; i++)
        {
            try
            {
                Event happened = rows.Values[i] is { } given ? given.Read(now) : throw new RefusedException(rows.Problems[i]);
                results[i] = new(i + 1, happened.Id, "accepted");
                events.Add(repeat is null || happened.Id is not null ? happened : happened with { Id = $"{repeat}/{i + 1}" });
            }
            catch (RefusedException refused)
            {
                results[i] = new(i + 1, rows.Values[i]?.Id, "refused", refused.Problem);
            }
        }
        IReadOnlyList<bool> added = await api.Engine.AppendAsync(events, cancellationToken);
        for (int i = 0, next = 0; i < results.Length; i++)
        {
            if (results[i].Problem is null && !added[next++])
                results[i] = results[i] with { Status = "duplicate" };
        }
        return new(new RowsAnswer(events.Count, results.Length - events.Count, results));
    }

    private static async Task<Answer> ReadAsync(ApiContext api, HttpContext http, CancellationToken cancellationToken)
    {
        UserId user = UserOf(http);
        int count = FieldValues.Whole("count", JsonBody.Read<UserRequest>(http.Request.Query).Count, 1, api.Limits.MaxCount);
        (IReadOnlyList<Event> events, CurrentSession? session) = await api.Engine.ReadUserAsync(user, count, cancellationToken);
        return new(new UserAnswer(user.Value, [.. events.Select(EventBody.Of)],
            session is null ? null : new(session.Start, session.Last, [.. session.Items.Select(item => item.Value)])));
    }

    private static async Task<Answer> EraseAsync(ApiContext api, HttpContext http, CancellationToken cancellationToken)
    {
        UserId user = UserOf(http);
        ErasureReport erased = await api.Engine.EraseAsync(user, cancellationToken);
        const string again = "POST /v1/admin/train makes it again without these events";
        List<string> left = [];
        if (erased.ModelHasLearned)
            left.Add($"the behaviour model: {again}");
        if (erased.SourcesHaveLearned)
            left.Add($"the fitted sources, and the log that they were fitted to: {again}");
        return new(new ErasedAnswer(user.Value, erased.Events, erased.DeadLetters, erased.Rejects, left));
    }

    private static UserId UserOf(HttpContext http) => FieldValues.Id<UserId>("user", RawPath.Rest(http, 2, "user"));
}
