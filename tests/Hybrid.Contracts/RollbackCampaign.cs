using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Contracts;

/// <summary>New items, changes, removals and items that come back, after the new collection answers everything; then the way back, and a comparison of both
/// collections row by row.</summary>
/// <param name="engine">Without items; its model is the old one, whatever becomes of it.</param>
/// <param name="plan">Leads to another model, whose vectors are other ones.</param>
/// <param name="takeAllAsync">Has the new collection take what it lacks, and the old one not; returns it.</param>
public sealed class RollbackCampaign(HybridEngine engine, MigrationPlan plan, Func<string, CancellationToken, Task<IVectorCollection>> takeAllAsync)
{
    /// <summary>What is written after the new collection answers everything.</summary>
    public const int Writes = 10_000;

    private const int FirstItems = 500, Added = 250, Changed = 50, Removed = 100, Returned = 100, Batch = Added + Changed + Removed + Returned;

    /// <summary>Of how many rows one has its vector compared with that of its text.</summary>
    private const int Sampled = 50;

    private static readonly string[] Words = ["kettle", "lamp", "espresso", "machine", "phone", "case", "black", "large", "green", "cable", "coffee"];

    private readonly SortedDictionary<ItemId, Item> _acknowledged = [];
    private readonly List<ItemId> _gone = [];
    private readonly Random _random = new(7);
    private int _made;

    /// <param name="stage">From where the way leads back: ramping at a share of 1, or holding.</param>
    public async Task RunAsync(MigrationStage stage, CancellationToken cancellationToken)
    {
        await AddAsync([.. Enumerable.Range(0, FirstItems).Select(_ => Made(new ItemId($"I{_made++}")))], cancellationToken);
        await engine.IndexAsync(cancellationToken: cancellationToken);
        await engine.PlanMigrationAsync(plan, cancellationToken);
        MigrationStatus status = await engine.StartMigrationAsync(cancellationToken: cancellationToken);
        while (status.Share < 1 || status.Stage != stage)
            status = await engine.NextMigrationAsync(force: true, cancellationToken: cancellationToken);

        const int batches = Writes / Batch;
        for (int batch = 1; batch <= batches; batch++)
        {
            await WriteAsync(cancellationToken);
            if (batch % 5 == 0 && batch < batches)
                await engine.IndexAsync(cancellationToken: cancellationToken);
        }
        StoredItem[] made = await ReadAsync(await takeAllAsync(status.New!, cancellationToken), cancellationToken);   // ! : it was started
        status = (await engine.ReadMigrationAsync(cancellationToken: cancellationToken))!;   // ! : it is under way
        Assert.Equal(0, status.Pending);
        // What the old one has not taken is what a rollback could lose.
        Assert.True(status.OldPending > Batch, $"The old collection has only {status.OldPending} changes to take.");

        status = await engine.RollBackMigrationAsync(cancellationToken: cancellationToken);

        Assert.Equal((MigrationStage.RolledBack, 0L), (status.Stage, status.OldPending));
        IVectorCollection current = await engine.OpenItemsAsync(cancellationToken);
        Assert.Equal(status.Old, current.Name);
        StoredItem[] old = await ReadAsync(current, cancellationToken);
        AssertSame(_acknowledged.Values.Select(FieldsOf), old.Select(row => FieldsOf(row.Fields)));
        AssertSame(made.Select(row => (FieldsOf(row.Fields), row.Sequence, row.Fingerprint)),
            old.Select(row => (FieldsOf(row.Fields), row.Sequence, row.Fingerprint)));
        foreach ((StoredItem row, StoredItem other) in old.Zip(made).Where((_, place) => place % Sampled == 0))
        {
            float[] expected = engine.Encoder.Encode(ItemTextTemplate.Default.TextOf(_acknowledged[row.Fields.Id]), TextRole.Passage);
            Assert.All(expected.Zip(row.Vector.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
            Assert.NotEqual(row.Vector.ToArray(), other.Vector.ToArray());
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await AddAsync([.. Enumerable.Range(0, Added).Select(_ => Made(new ItemId($"I{_made++}"))), .. Some(Changed).Select(Made)], cancellationToken);
        ItemId[] removed = Some(Removed);
        await engine.RemoveAsync(removed, cancellationToken);
        _gone.AddRange(removed);
        foreach (ItemId item in removed)
            _acknowledged.Remove(item);
        // Some at once, and some that were gone for long.
        ItemId[] returned = [.. removed[..(Returned / 2)], .. _gone[..^(Returned / 2)].Take(Returned / 2)];
        _gone.RemoveAll(returned.Contains);
        await AddAsync([.. returned.Select(Made)], cancellationToken);
    }

    private async Task AddAsync(Item[] items, CancellationToken cancellationToken)
    {
        await engine.AddAsync(items, cancellationToken);
        foreach (Item item in items)
            _acknowledged[item.Id] = item;
    }

    /// <summary>So many different items of those that are there.</summary>
    private ItemId[] Some(int count)
    {
        ItemId[] items = [.. _acknowledged.Keys];
        _random.Shuffle(items);
        return items[..count];
    }

    private Item Made(ItemId item) => new(item)
    {
        Title = $"{Words[_random.Next(Words.Length)]} {Words[_random.Next(Words.Length)]} {Words[_random.Next(Words.Length)]}",
        Category = Words[_random.Next(Words.Length)],
        Price = _random.Next(10_000),
        InStock = _random.Next(2) == 0,
    };

    private static async Task<StoredItem[]> ReadAsync(IVectorCollection collection, CancellationToken cancellationToken) =>
        [.. (await collection.ReadAsync(cancellationToken: cancellationToken).ToArrayAsync(cancellationToken)).OrderBy(row => row.Fields.Id)];

    private static (ItemId Id, string? Category, double? Price, bool? InStock) FieldsOf(Item item) => (item.Id, item.Category, item.Price, item.InStock);

    /// <summary>As Assert.Equal, which of ten thousand says nothing that one could read.</summary>
    private static void AssertSame<T>(IEnumerable<T> expected, IEnumerable<T> found)
        where T : struct
    {
        T[] left = [.. expected], right = [.. found];
        Assert.True(left.Length == right.Length, $"There are {right.Length} rows in the place of {left.Length}.");
        foreach ((T wanted, T there) in left.Zip(right).Where(pair => !pair.First.Equals(pair.Second)).Take(1))
            Assert.Fail($"{there} stands in the place of {wanted}.");
    }
}
