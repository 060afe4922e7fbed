using System.Collections.Concurrent;
using Hybrid.Catalog;
using Hybrid.Recommending;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Contracts;

/// <summary>Asks an engine without end while migrations swap what answers, and compares every answer with what its origin alone would say.</summary>
/// <remarks>The items stay as they are meanwhile, so that each collection has one answer to each question. Both encoders' vectors have the same length: an
/// answer of one space's query over the other's rows would be found by nothing else.</remarks>
/// <param name="engine">Indexed.</param>
/// <param name="plan">Of a round's migration, by its number from 0.</param>
/// <param name="finishes">Whether a round's migration is finished, or else rolled back.</param>
public sealed class SwapCampaign(HybridEngine engine, Func<int, MigrationPlan> plan, Func<int, bool> finishes)
{
    private const int Workers = 4, Users = 1_000;

    /// <summary>Scores are the same to what the company of other texts does to a text's vector.</summary>
    private const double Tolerance = 1e-5;

    private readonly ConcurrentDictionary<(string? Collection, Variant Variant), Answer[]> _expected = new();
    private long _requests;

    /// <summary>What is searched for.</summary>
    public required IReadOnlyList<string> Texts { get; init; }

    /// <summary>What is searched and recommended by, the last two as a history.</summary>
    public required IReadOnlyList<ItemId> Items { get; init; }

    /// <summary>How many answers were compared.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>How often what answers was swapped meanwhile: a collection, an encoder, or a share.</summary>
    public int Swaps { get; private set; }

    /// <summary>How many answers came from each side.</summary>
    public ConcurrentDictionary<Variant, long> By { get; } = new();

    /// <summary>Runs rounds until there were as many requests and swaps.</summary>
    public async Task RunAsync(long requests, int swaps, CancellationToken cancellationToken)
    {
        Answer[] first = await AskAllAsync(variant: null, cancellationToken);
        _expected[(first[0].Origin.Collection, Variant.Old)] = first;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] workers = [.. Enumerable.Range(0, Workers).Select(worker => Task.Run(() => AskAsync(worker, stop.Token), cancellationToken))];
        try
        {
            for (int round = 0; (Requests < requests || Swaps < swaps) && !workers.Any(worker => worker.IsCompleted); round++)
                await RunRoundAsync(round, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(workers);
        }
    }

    private async Task RunRoundAsync(int round, CancellationToken cancellationToken)
    {
        await engine.PlanMigrationAsync(plan(round), cancellationToken);
        await engine.StartMigrationAsync(cancellationToken: cancellationToken);
        while ((await engine.NextMigrationAsync(cancellationToken: cancellationToken)).Stage != MigrationStage.Shadowing)
        {
        }
        Answer[] answers = await AskAllAsync(Variant.New, cancellationToken);
        string? made = answers[0].Origin.Collection;
        (_expected[(made, Variant.New)], Swaps) = (answers, Swaps + 1);
        Answer[] old = await AskAllAsync(Variant.Old, cancellationToken);
        Assert.All(answers.Zip(old), pair => Assert.False(pair.First.IsLike(pair.Second), "Both spaces say the same: a mixture of them would not be seen."));
        MigrationStatus status;
        do
        {
            status = await engine.NextMigrationAsync(force: true, cancellationToken: cancellationToken);
            Swaps++;
            long seen = Requests;
            while (Requests < seen + (10 * Workers) && !cancellationToken.IsCancellationRequested)
                await Task.Yield();
        }
        while (status.Stage != MigrationStage.Holding);
        if (finishes(round))
        {
            _expected[(made, Variant.Old)] = answers;
            await engine.FinishMigrationAsync(dropsOld: true, force: true, cancellationToken: cancellationToken);
        }
        else
        {
            await engine.RollBackMigrationAsync(dropsNew: true, cancellationToken: cancellationToken);
        }
        Swaps++;
    }

    private async Task<Answer[]> AskAllAsync(Variant? variant, CancellationToken cancellationToken)
    {
        var answers = new Answer[Texts.Count + (2 * Items.Count)];
        for (int question = 0; question < answers.Length; question++)
            answers[question] = await AskAsync(question, "somebody", variant, cancellationToken);
        return answers;
    }

    private async Task AskAsync(int worker, CancellationToken stop)
    {
        var random = new Random(worker);
        long snapshot = 0;
        while (!stop.IsCancellationRequested)
        {
            int question = random.Next(Texts.Count + (2 * Items.Count));
            Answer answer = await AskAsync(question, $"U{random.Next(Users)}", variant: null, CancellationToken.None);
            Assert.True(answer.Origin.Snapshot >= snapshot, $"Snapshot {answer.Origin.Snapshot} answered after {snapshot}.");
            snapshot = answer.Origin.Snapshot;
            Answer expected = _expected[(answer.Origin.Collection, answer.Origin.Variant)][question];
            Assert.True(answer.IsLike(expected), $"Question {question} was answered by {answer}, and {expected} was right.");
            By.AddOrUpdate(answer.Origin.Variant, 1, (_, count) => count + 1);
            Interlocked.Increment(ref _requests);
        }
    }

    private async Task<Answer> AskAsync(int question, string user, Variant? variant, CancellationToken cancellationToken)
    {
        const int count = 3, probes = 1_024;   // all: what an index misses is of no interest here
        if (question < Texts.Count + Items.Count)
        {
            var query = new SearchQuery { Count = count, Probes = probes, Variant = variant, User = user };
            IReadOnlyList<SearchResult> found = await engine.SearchAsync(question < Texts.Count ? query with { Text = Texts[question] }
                : query with { Item = Items[question - Texts.Count] }, cancellationToken);
            return new([.. found.Select(one => (one.Item.Id, one.Score))], OriginOf(found.Select(one => one.Origin)));
        }
        ItemId item = Items[question - Texts.Count - Items.Count];
        IReadOnlyList<Recommendation> recommended = await engine.RecommendAsync(
            new RecommendQuery { Item = item, History = [.. Items.TakeLast(2)], Count = count, Probes = probes, Variant = variant, User = user },
            cancellationToken);
        return new([.. recommended.Select(one => (one.Item.Id, one.Score))], OriginOf(recommended.Select(one => one.Origin)));
    }

    /// <summary>The one that all items of an answer have.</summary>
    private static AnswerOrigin OriginOf(IEnumerable<AnswerOrigin?> origins) => Assert.Single(origins.Distinct())!;   // ! : an engine has answered

    private sealed record Answer((ItemId Item, float Score)[] Items, AnswerOrigin Origin)
    {
        public bool IsLike(Answer other) => Items.Length == other.Items.Length
            && Items.Zip(other.Items).All(pair => pair.First.Item == pair.Second.Item && Math.Abs(pair.First.Score - pair.Second.Score) <= Tolerance);

        public override string ToString() => $"[{string.Join(", ", Items)}] of {Origin}";
    }
}
