using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hybrid.Contracts;

/// <summary>Migrations between two real stores while writers run and either side fails at random moments; after each fault it is looked whether both sides
/// hold what was acknowledged.</summary>
/// <remarks>Faults: calls of either store cut before or after they are done, a store down, full or slow, the engine ended in the middle of what it does, the
/// disk of the records full, the clock set back.</remarks>
/// <param name="options">Of the engine, without a model; its folder is empty.</param>
/// <param name="fullDisk">The options with a disk on which the records find no more room.</param>
/// <param name="source">Where the index is at first.</param>
/// <param name="target">Where migrations lead to; the same: into another collection of it.</param>
public sealed class FaultCampaign(
    HybridOptions options, Func<HybridOptions, HybridOptions> fullDisk, IVectorStore source, IVectorStore target, int seed) : IAsyncDisposable
{
    private const int Items = 24, Writes = 6, MostCalls = 8, MostAttempts = 20;

    private static readonly string[] Titles = ["kettle", "lamp", "espresso machine", "phone"];

    private readonly FaultyStore _source = new(source), _target = new(target);
    private readonly SortedDictionary<ItemId, double?> _acknowledged = [];
    private readonly Random _random = new(seed);
    private readonly SettableClock _clock = new();
    private HybridEngine? _engine;
    private int _plans;

    /// <summary>How many faults were done to it.</summary>
    public int Faults { get; private set; }

    /// <summary>How many calls of the stores were hit.</summary>
    public int Hits => _source.Hits + _target.Hits;

    /// <summary>How many migrations were finished and rolled back.</summary>
    public int Ended { get; private set; }

    private HybridEngine Engine => _engine!;   // ! : while it runs

    public async Task RunAsync(int faults, CancellationToken cancellationToken)
    {
        await OpenAsync(options, cancellationToken);
        for (int item = 0; item < Items; item++)
            await WriteAsync(item, cancellationToken);
        await Engine.IndexAsync(cancellationToken: cancellationToken);
        for (; Faults < faults; Faults++)
            await FailAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
        await _source.DisposeAsync();
        await _target.DisposeAsync();
    }

    /// <summary>One fault, while one writes and another leads the migration on; then all is well again, and both sides are compared.</summary>
    private async Task FailAsync(CancellationToken cancellationToken)
    {
        int kind = _random.Next(8);
        (FaultyStore store, int calls) = (ReferenceEquals(source, target) || _random.Next(2) == 0 ? _source : _target, _random.Next(MostCalls));
        Task hit = Task.CompletedTask;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (kind < 5)
            hit = store.Arm((StoreFault)(kind + 1), calls);
        else if (kind == 6)
            await OpenAgainAsync(fullDisk(options), cancellationToken);
        else if (kind == 7)
            _clock.Now -= TimeSpan.FromDays(_random.Next(1, 400));
        int killedAt = kind == 5 ? _random.Next(Writes) : -1;
        List<Task> others = [TryAsync(() => LeadAsync(ends.Token))];
        for (int write = 0; write < Writes; write++)
        {
            if (write == killedAt)
            {
                await ends.CancelAsync();
                await OpenAgainAsync(options, cancellationToken);
            }
            await WriteAsync(_random.Next(Items), cancellationToken);
            if (write % 3 == 2)
                others.Add(TryAsync(() => Engine.IndexAsync(cancellationToken: cancellationToken)));
        }
        // What is late is late until others have gone on; what else fails does so until nobody does anything more.
        Task all = Task.WhenAll(others);
        if (kind + 1 == (int)StoreFault.Slow)
        {
            await Task.WhenAny(all, hit);
            await WriteAsync(_random.Next(Items), cancellationToken);
        }
        else
        {
            await all;
        }
        _source.Heal();
        _target.Heal();
        await all;
        if (kind == 6)
            await OpenAgainAsync(options, cancellationToken);
        await AssertIsRightAsync(cancellationToken);
    }

    /// <summary>Does what the migration under way asks for, or begins the next one.</summary>
    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        if (await Engine.ReadMigrationAsync(cancellationToken: cancellationToken) is not { Stage: < MigrationStage.Completed } status)
        {
            string name = $"m{_plans++}";
            await Engine.PlanMigrationAsync(PlanOf(name), cancellationToken);
            await Engine.StartMigrationAsync(cancellationToken: cancellationToken);
            return;
        }
        if (status.Stage == MigrationStage.Planned)
            await Engine.StartMigrationAsync(cancellationToken: cancellationToken);
        else if (status.Stage == MigrationStage.Holding || _random.Next(12) == 0)
            await EndAsync(cancellationToken);
        else
            await Engine.NextMigrationAsync(force: true, cancellationToken: cancellationToken);
    }

    /// <summary>Most ways lead back: what has led to the other store for good is led nowhere by this engine.</summary>
    private async Task EndAsync(CancellationToken cancellationToken)
    {
        MigrationStatus status = (await Engine.ReadMigrationAsync(cancellationToken: cancellationToken))!;   // ! : one is under way
        if (status.Stage == MigrationStage.Holding && ReferenceEquals(source, target))
            await Engine.FinishMigrationAsync(dropsOld: true, force: true, cancellationToken: cancellationToken);
        else
            await Engine.RollBackMigrationAsync(dropsNew: true, cancellationToken: cancellationToken);
        Ended++;
    }

    private MigrationPlan PlanOf(string name) => ReferenceEquals(source, target)
        ? new MigrationPlan { Name = name, Dimension = _plans % 2 == 0 ? 128 : 256 } : new MigrationPlan { Name = name, Store = "target" };

    private async Task WriteAsync(int item, CancellationToken cancellationToken)
    {
        ItemId id = new($"P{item:00}");
        bool removes = _acknowledged.ContainsKey(id) && _random.Next(4) == 0;
        double price = _random.Next(1_000);
        try
        {
            if (removes)
                await Engine.RemoveAsync([id], cancellationToken);
            else
                await Engine.AddAsync(new Item(id) { Title = Titles[_random.Next(Titles.Length)], Price = price }, cancellationToken);
        }
        catch (RecordsException)
        {
            return;   // it was not acknowledged, and a transaction is all or nothing
        }
        if (removes)
            _acknowledged.Remove(id);
        else
            _acknowledged[id] = price;
    }

    private async Task AssertIsRightAsync(CancellationToken cancellationToken)
    {
        string when = $"after fault {Faults} of seed {seed}";
        for (int attempt = 0; Engine.NotIndexed > 0 || attempt == 0; attempt++)
        {
            Assert.True(attempt < MostAttempts, $"Changes are never taken, {when}.");
            await TryAsync(() => Engine.IndexAsync(cancellationToken: cancellationToken));
        }
        await Engine.IndexAsync(cancellationToken: cancellationToken);
        Assert.Equal(_acknowledged, new SortedDictionary<ItemId, double?>(Engine.Records.ReadItems().ToDictionary(one => one.Id, one => one.Price)));
        MigrationStatus? status = await Engine.ReadMigrationAsync(cancellationToken: cancellationToken);
        IVectorCollection current = await Engine.OpenItemsAsync(cancellationToken);
        await AssertIsCatalogAsync(current, when, cancellationToken);
        if (status is not { Stage: > MigrationStage.Backfilling and < MigrationStage.Completed, New: { } made })
            return;
        Assert.Equal((0L, 0L), (status.Pending, status.OldPending));
        await AssertIsCatalogAsync(await target.OpenAsync(made, cancellationToken: cancellationToken), when, cancellationToken);
        ReconcileReport report = await Engine.ReconcileMigrationAsync(cancellationToken: cancellationToken);
        Assert.True(report.Differences == 0, $"{report.Missing.Count} rows are missing, {report.Extra.Count} too many, "
            + $"{report.Stale.Count} old, {report.Changed.Count} changed, {when}.");
    }

    private async Task AssertIsCatalogAsync(IVectorCollection collection, string when, CancellationToken cancellationToken)
    {
        Dictionary<ItemId, double?> rows = await collection.ReadAsync(withVectors: false, cancellationToken: cancellationToken)
            .ToDictionaryAsync(row => row.Fields.Id, row => row.Fields.Price, cancellationToken: cancellationToken);
        Assert.True(_acknowledged.SequenceEqual(rows.OrderBy(row => row.Key)), $"{collection.Name} holds {string.Join(' ', rows.OrderBy(row => row.Key))} "
            + $"in the place of {string.Join(' ', _acknowledged)}, {when}.");
    }

    private async Task OpenAgainAsync(HybridOptions by, CancellationToken cancellationToken)
    {
        // Whatever runs is cut; a call that is late would keep it.
        _source.Heal();
        _target.Heal();
        await Engine.DisposeAsync();
        await OpenAsync(by, cancellationToken);
    }

    private async Task OpenAsync(HybridOptions by, CancellationToken cancellationToken) => _engine = await HybridEngine.OpenAsync(by with
    {
        Time = _clock,
        OtherStore = _ => new ExternalStore("target", (_, _) => Task.FromResult<IVectorStore>(_target)),
        Store = new ExternalStore("source", (_, _) => Task.FromResult<IVectorStore>(_source)),
    }, loggers: NullLoggerFactory.Instance, cancellationToken: cancellationToken);

    private static async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is VectorStoreException or RecordsException or MigrationException or OperationCanceledException or ObjectDisposedException)
        {
            // What has failed is tried again by whoever comes next.
        }
    }

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(56);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
