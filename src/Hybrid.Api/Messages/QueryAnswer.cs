using Hybrid.Recommending;

namespace Hybrid.Api.Messages;

/// <summary>The answer to a query: the items, best first.</summary>
/// <param name="Origin">Where all of them come from; absent where there are none.</param>
/// <param name="Warnings">What may be a slip in the query; absent where there is nothing to say.</param>
public sealed record QueryAnswer(IReadOnlyList<ResultItem> Results, AnswerOrigin? Origin, IReadOnlyList<string>? Warnings);
