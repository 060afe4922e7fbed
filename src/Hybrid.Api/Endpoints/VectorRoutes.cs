using System.Runtime.CompilerServices;
using Hybrid.Api.Answers;
using Hybrid.Api.Messages;
using Hybrid.Api.Reading;
using Hybrid.Behavior;
using Hybrid.Behavior.Words;
using Hybrid.Catalog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Endpoints;

/// <summary>/v1/vectors: arithmetic with the behaviour vectors of items.</summary>
internal static class VectorRoutes
{
    private const string Analogy = "/v1/vectors/analogy";

    /// <summary>What is made of a model to ask it, for as long as somebody has the model.</summary>
    private static readonly ConditionalWeakTable<Item2VecModel, WordVectors> Prepared = [];

    public static void MapTo(ApiRoutes routes)
    {
        routes.Map("GET", Analogy, "What is to c as b is to a, by behaviour.",
            (api, http, stop) => AnswerAsync(api, JsonBody.Read<AnalogyRequest>(http.Request.Query), stop))
            .WithMetadata(new QueryFields(typeof(AnalogyRequest))).Produces<AnalogyAnswer>();
        routes.Map("POST", Analogy, "What is to c as b is to a, by behaviour.",
            (api, http, stop) => AnswerAsync(api, JsonBody.Read<AnalogyRequest>(RequestBody.Of(http)), stop), body: BodyKind.Query)
            .Accepts<AnalogyRequest>(Json.MediaType).Produces<AnalogyAnswer>();
    }

    private static async Task<Answer> AnswerAsync(ApiContext api, AnalogyRequest request, CancellationToken cancellationToken)
    {
        string a = Required("a", request.A), b = Required("b", request.B), c = Required("c", request.C);
        int count = FieldValues.Whole("count", request.Count, 1, api.Limits.MaxCount);
        Item2VecModel model = await api.Engine.OpenBehaviorAsync(cancellationToken)
            ?? throw ProblemKind.NotReady.Refuse("No behaviour vectors are trained yet.", "Train with POST /v1/admin/train, and follow the job.");
        return await Task.Run(() => new Answer(new AnalogyAnswer([.. Prepared.GetValue(model, WordVectors.Of).Analogy(a, b, c, count)
            .Select((found, place) => new AnalogyAnswer.Ranked(place + 1, found.Key, found.Score))])), cancellationToken);
    }

    private static string Required(string field, string? value) => value is { } given ? FieldValues.Id<ItemId>(field, given).Value
        : throw ProblemKind.BadValue.Refuse($"{field} is missing.", "Ask like ?a=P100&b=P203&c=P305: what is to c as b is to a.", field);
}
