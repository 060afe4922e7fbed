using System.Buffers;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Recommending.Sources;

/// <summary>One way to tell from a history what comes next: fitted once, asked often.</summary>
/// <remarks>
/// <para>Scores: higher is closer, comparable within one answer alone; equal scores come in ascending <see cref="ItemId"/>. Items of the history never
/// return, nor those that the source has nothing to say of, so that an answer may be short or empty.</para>
/// <para>Threads: every member may be called concurrently.</para>
/// </remarks>
public abstract class RecommendationSource
{
    private protected RecommendationSource(ItemCodes codes) => Codes = codes;

    /// <summary>As commands and tables name it: "sequential-rules".</summary>
    public abstract string Name { get; }

    /// <summary>Whether it answers where nothing is known of the history.</summary>
    public virtual bool AnswersWithoutHistory => false;

    internal ItemCodes Codes { get; }

    /// <summary>The items that come next by this source, best first.</summary>
    /// <param name="count">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public IReadOnlyList<Neighbor> Score(SourceQuery query, int count = 100)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Array.ConvertAll(Rank(Prepare(query), count), found => new Neighbor(Codes[found.Item], found.Score));
    }

    /// <summary>What comes next in one sentence for a person, without the item: "3 shoppers with a session like yours bought it next".</summary>
    /// <param name="item">One of what <see cref="Score"/> answers this query with.</param>
    public string Explain(SourceQuery query, ItemId item)
    {
        ArgumentNullException.ThrowIfNull(query);
        int code = Codes.Find(item);
        return code < 0 ? "not known to this source" : Explain(Prepare(query), code);
    }

    /// <summary>Writes what <c>Read</c> of the same kind makes it from again, beside the log.</summary>
    /// <exception cref="NotSupportedException">It is made of vectors that are kept elsewhere.</exception>
    internal virtual void Write(SourceFile.Writer file) => throw new NotSupportedException($"The source {Name} is not kept in a file.");

    /// <summary>As <see cref="Score"/>, in numbers.</summary>
    internal virtual (int Item, float Score)[] Rank(CodedQuery query, int count)
    {
        if (query.History.Length == 0 && !AnswersWithoutHistory)
            return [];
        float[] scores = ArrayPool<float>.Shared.Rent(Codes.Count);
        try
        {
            Span<float> own = scores.AsSpan(0, Codes.Count);
            own.Fill(Nothing);
            AddScores(query, own);
            foreach (int item in query.History)
                own[item] = Nothing;
            var best = new TopK<int>(count);
            for (int item = 0; item < own.Length; item++)
            {
                if (own[item] > Nothing && own[item] >= best.Threshold && query.Among?.Contains(Codes[item]) != false)
                    best.Add(own[item], item);
            }
            return best.ToSortedArray((score, key) => (key, score));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    internal CodedQuery Prepare(SourceQuery query) => new(
        Codes.FindHistory(query.History), query.User, query.Time is { } time ? (time - DateTimeOffset.UnixEpoch).TotalDays : double.NaN, query.Among);

    /// <summary>The score of an item of which the source says nothing, at which all begin: 0 where scores are sums of what speaks for an item.</summary>
    private protected virtual float Nothing => 0;

    /// <summary>Writes the scores of items into a span that is full of <see cref="Nothing"/>.</summary>
    private protected abstract void AddScores(CodedQuery query, Span<float> scores);

    private protected abstract string Explain(CodedQuery query, int item);

    /// <summary>A query in numbers.</summary>
    /// <param name="History">Oldest first, each once.</param>
    /// <param name="Days">Since 1970; NaN where nothing has aged.</param>
    /// <param name="Among">The only items that may return; null: all.</param>
    internal readonly record struct CodedQuery(int[] History, UserId? User, double Days, IReadOnlySet<ItemId>? Among);
}
