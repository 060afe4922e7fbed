using Hybrid.Api.Messages;
using Hybrid.Behavior;
using Hybrid.Cli.Output;
using Hybrid.Recommending;

namespace Hybrid.Cli.Queries;

/// <summary>Asks the engine the queries of one command.</summary>
internal sealed class QueryRunner(HybridEngine engine)
{
    private bool _saidUnknownUser;

    public async Task<IReadOnlyList<ResultItem>> SearchAsync(TextQuery query, CancellationToken cancellationToken) =>
        Describe(await ExplainedAsync(query.Explain, () => engine.SearchAsync(query.Read(), cancellationToken)));

    public async Task<IReadOnlyList<ResultItem>> SimilarAsync(ItemQuery query, CancellationToken cancellationToken) =>
        Describe(await ExplainedAsync(query.Explain, () => engine.SearchAsync(query.Read(), cancellationToken)));

    public async Task<IReadOnlyList<ResultItem>> RecommendAsync(UserQuery query, CancellationToken cancellationToken)
    {
        RecommendQuery asked = query.Read();
        if (asked is { User: { } user, History: null })
            NoteUnknown(user);
        IReadOnlyList<Recommendation> found = await ExplainedAsync(query.Explain, () => engine.RecommendAsync(asked, cancellationToken));
        return [.. found.Select((r, place) => ResultItem.Of(r, place + 1, query.Explain))];
    }

    /// <summary>What may be a slip in it; null where nothing is.</summary>
    /// <exception cref="Indexing.FilterException">Its filter is malformed.</exception>
    public IReadOnlyList<string>? WarningsOf(INarrowedQuery query)
    {
        if (query is { Filter: null, GroupBy: null })
            return null;
        IReadOnlyList<UnknownAttribute> unknown = engine.FindUnknownAttributes(QueryFields.Filter(query.Filter), query.GroupBy);
        return unknown.Count == 0 ? null : [.. unknown.Select(name => name.ToString())];
    }

    private static async Task<T> ExplainedAsync<T>(bool explain, Func<Task<T>> answer)
    {
        using SearchPlans? plans = explain ? new() : null;
        T found = await answer();
        if (plans?.Describe() is { } searches)
            Terminal.Note($"Searches of the index: {searches}.");
        return found;
    }

    // Once: a batch may have thousands of new users.
    private void NoteUnknown(UserId user)
    {
        if (_saidUnknownUser || engine.Options.WithoutRecords || engine.Records.ReadHistory(user, last: 1).Count > 0)
            return;
        _saidUnknownUser = true;
        Terminal.Note($"User '{user}' has no events here, so nothing is known of their taste.");
    }

    private static ResultItem[] Describe(IReadOnlyList<SearchResult> found) => [.. found.Select((result, place) => ResultItem.Of(result, place + 1))];
}
