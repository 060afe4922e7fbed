using Hybrid.Api.Answers;
using Hybrid.Api.Messages;
using Hybrid.Api.Reading;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Endpoints;

/// <summary>/v1/recommend, /v1/search, /v1/similar: as an object that is posted, or in the query string.</summary>
internal static class QueryRoutes
{
    private const string Similar = "/v1/similar/{**item}";

    public static void MapTo(ApiRoutes routes)
    {
        routes.Map("POST", "/v1/recommend", "The best items for a text, an item, a user or a history.",
            (api, http, stop) => RecommendAsync(api, Posted<RecommendRequest>(http), stop), body: BodyKind.Query)
            .Accepts<RecommendRequest>(Json.MediaType).Produces<QueryAnswer>();
        routes.Map("GET", "/v1/recommend", "The best items for a text, an item, a user or a history.",
            (api, http, stop) => RecommendAsync(api, JsonBody.Read<RecommendRequest>(http.Request.Query), stop))
            .WithMetadata(new QueryFields(typeof(RecommendRequest))).Produces<QueryAnswer>();
        routes.Map("POST", "/v1/search", "The items nearest to a text.",
            (api, http, stop) => SearchAsync(api, Posted<SearchRequest>(http), stop), body: BodyKind.Query)
            .Accepts<SearchRequest>(Json.MediaType).Produces<QueryAnswer>();
        routes.Map("GET", "/v1/search", "The items nearest to a text.",
            (api, http, stop) => SearchAsync(api, JsonBody.Read<SearchRequest>(http.Request.Query), stop))
            .WithMetadata(new QueryFields(typeof(SearchRequest))).Produces<QueryAnswer>();
        routes.Map("POST", Similar, "The items most like one.",
            (api, http, stop) => SimilarAsync(api, http, Posted<SimilarRequest>(http), stop), body: BodyKind.Query)
            .Accepts<SimilarRequest>(Json.MediaType).Produces<QueryAnswer>();
        routes.Map("GET", Similar, "The items most like one.",
            (api, http, stop) => SimilarAsync(api, http, JsonBody.Read<SimilarRequest>(http.Request.Query), stop))
            .WithMetadata(new QueryFields(typeof(SimilarRequest))).Produces<QueryAnswer>();
    }

    private static T Posted<T>(HttpContext http)
        where T : class => JsonBody.Read<T>(RequestBody.Of(http));

    private static async Task<Answer> RecommendAsync(ApiContext api, RecommendRequest request, CancellationToken cancellationToken)
    {
        RecommendQuery query = request.Read(api.Limits);
        IReadOnlyList<Recommendation> found = await api.Engine.RecommendAsync(query, cancellationToken);
        return Of(api, query.Filter, query.GroupBy, found is [var first, ..] ? first.Origin : null,
            [.. found.Select((r, place) => ResultItem.Of(r, place + 1, request.Explain))]);
    }

    private static Task<Answer> SearchAsync(ApiContext api, SearchRequest request, CancellationToken cancellationToken) =>
        SearchAsync(api, request.Read(api.Limits), cancellationToken);

    private static Task<Answer> SimilarAsync(ApiContext api, HttpContext http, SimilarRequest request, CancellationToken cancellationToken) =>
        SearchAsync(api, request.Read(FieldValues.Id<ItemId>("item", RawPath.Rest(http, 2, "item")), api.Limits), cancellationToken);

    private static async Task<Answer> SearchAsync(ApiContext api, SearchQuery query, CancellationToken cancellationToken)
    {
        IReadOnlyList<SearchResult> found = await api.Engine.SearchAsync(query, cancellationToken);
        return Of(api, query.Filter, query.GroupBy, found is [var first, ..] ? first.Origin : null,
            [.. found.Select((result, place) => ResultItem.Of(result, place + 1))]);
    }

    private static Answer Of(ApiContext api, Filter? filter, string? groupBy, AnswerOrigin? origin, ResultItem[] results)
    {
        IReadOnlyList<UnknownAttribute> unknown = filter is null && groupBy is null ? [] : api.Engine.FindUnknownAttributes(filter, groupBy);
        return new(new QueryAnswer(results, origin, unknown.Count == 0 ? null : [.. unknown.Select(name => name.ToString())]));
    }
}
