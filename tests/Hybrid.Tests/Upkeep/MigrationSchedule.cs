using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

/// <summary>One shop whose items change while two collections take the changes, beside a dictionary of what was acknowledged.</summary>
/// <param name="path">The records' file; ":memory:": nothing is opened again.</param>
internal sealed class MigrationSchedule(string path, TextEncoder encoder) : IDisposable
{
    private const int Chunk = 2, Items = 6;

    private static readonly string[] Titles = ["kettle", "lamp", "espresso machine", "phone"];

    private readonly SortedDictionary<ItemId, Item> _acknowledged = [];
    private readonly Dictionary<string, float[]> _vectors = [];
    private readonly MemoryCollection _first = new("products@1", encoder.SpaceFor(ItemTextTemplate.Default));
    private RecordStore _records = RecordStore.Open(path);
    private MemoryCollection? _old, _new;
    private bool _isReplayed;
    private int _collections = 1;

    private MemoryCollection Old => _old ??= Follow(_first);

    private ChangeLog Changes => _records.Changes;

    public void Dispose() => _records.Dispose();

    /// <summary>Does a step, and looks whether all that differs is still to be taken.</summary>
    /// <param name="step">Which: 0 … 15.</param>
    /// <param name="item">Of which item, or how much of it: 0 … 5.</param>
    /// <param name="version">What the item is like then: 0 … 7.</param>
    public async Task DoAsync(int step, int item, int version)
    {
        switch (step)
        {
            case 0 or 1 or 2:
                await PutAsync(Made(item, version));
                break;
            case 3:
                await PutAsync(Made(item, version), Made((item + 1) % Items, version), Made((item + 3) % Items, 7 - version));
                break;
            case 4 or 5:
                await RemoveAsync(item);
                break;
            case 6 or 7 when _new is null:
                _new = Follow(new MemoryCollection($"products@{++_collections}", _first.Space), keepsLedger: true);
                break;
            case 6 or 7 or 8 when _new is not null:
                if (!Changes.IsComplete(_new.Name) && version < 4 && await _new.TakesBulkAsync(CancellationToken.None))
                    await LoadAsync(_new, version);
                else
                    await TakeAsync(_new, oneChunk: true, version % 2 == 0 ? Old : null);
                break;
            case 8 or 9:
                await TakeAsync(Old, oneChunk: true);
                break;
            case 10:
                // Backfilling is nothing else than having everything to take: also what has been taken, as after a crash before that was noted.
                Changes.Mark((_new ?? Old).Name, [.. _records.ReadKeys().Select(key => key.Item)]);
                break;
            case 11:
                (version % 2 == 0 ? Old : _new ?? Old).CutsAfter = item;
                break;
            case 12:
                (version % 2 == 0 ? Old : _new ?? Old).Meanwhile = () => item % 2 == 0 ? RemoveAsync(item) : PutAsync(Made(item, version));
                break;
            case 13 when _new is { Writes: > 0 } made:
                made.Replay(version % made.Writes);
                _isReplayed = true;
                break;
            case 14 when _new is { } made:
                if (item < 3)
                    await RollBackAsync(made);
                else
                    await FinishAsync(made);
                break;
            case 15:
                Reopen();
                break;
        }
        Dictionary<ItemId, long> sequences = _records.ReadKeys().ToDictionary(key => key.Item, key => key.Sequence);
        AssertAllThatDiffersIsStillToBeTaken(Old, sequences);
        if (_new is not null && !_isReplayed)
            AssertAllThatDiffersIsStillToBeTaken(_new, sequences);
    }

    /// <summary>Lets both take the rest, and looks whether both hold what was acknowledged.</summary>
    public async Task EndAsync()
    {
        Old.Meanwhile = null;
        _new?.Meanwhile = null;
        AssertEqual(_acknowledged.Values, _records.ReadItems());
        await CatchUpAsync(Old);
        AssertIsCatalog(Old);
        if (_new is not { } made)
            return;
        await VerifyAsync(made);
        AssertIsCatalog(made);
        // With the same model, the two are the same rows to the bit.
        AssertEqual(Old.Rows.Select(RowDigest.Of), made.Rows.Select(RowDigest.Of));
    }

    private static Item Made(int item, int version) => new($"P{item}") { Title = Titles[version / 2], Price = version };

    private MemoryCollection Follow(MemoryCollection made, bool keepsLedger = false)
    {
        if (keepsLedger)
            Changes.LedgerOf(made.Name).Keep();
        Changes.Follow(made.Name);
        return made;
    }

    private async Task PutAsync(params Item[] items)
    {
        await _records.UpsertAsync(items, CancellationToken.None);
        foreach (Item item in items)
            _acknowledged[item.Id] = item;
    }

    private async Task RemoveAsync(int item)
    {
        await _records.RemoveAsync([$"P{item}"], CancellationToken.None);
        _acknowledged.Remove($"P{item}");
    }

    private void Reopen()
    {
        // Records that nothing was ever written into are no longer there when they are closed.
        if (path == ":memory:" || _records.LastSequence == 0)
            return;
        _records.Dispose();
        _records = RecordStore.Open(path);
    }

    /// <returns>Whether it was not cut.</returns>
    private async Task<bool> TakeAsync(
        MemoryCollection collection, bool oneChunk, MemoryCollection? reused = null, IReadOnlySet<ItemId>? distrusted = null)
    {
        // Nothing is left of who wrote before: a crash is an indexer that never comes back.
        var indexer = new CatalogIndexer(encoder, ItemTextTemplate.Default)
        {
            ChunkSize = Chunk,
            IsEnough = oneChunk ? () => true : null,
            Distrusted = distrusted ?? new HashSet<ItemId>(),
        };
        try
        {
            await indexer.UpdateAsync(collection, _records, Changes, reused, progress: null, CancellationToken.None);
            return true;
        }
        catch (VectorStoreException)
        {
            Reopen();
            return false;
        }
    }

    private async Task LoadAsync(MemoryCollection collection, int version)
    {
        var indexer = new CatalogIndexer(encoder, ItemTextTemplate.Default) { LoadedRows = Chunk };
        int batch = 0;
        try
        {
            await indexer.LoadAsync(collection, _records, Changes, version % 2 == 0 ? Old : null,
                () => InterruptAsync(++batch, version), progress: null, CancellationToken.None);
        }
        catch (Exception e) when (e is VectorStoreException or MigrationException)
        {
            Reopen();
        }
    }

    private static Task InterruptAsync(int batch, int version) =>
        version == 3 && batch == 2 ? throw new MigrationException("It was paused.") : Task.CompletedTask;

    private async Task CatchUpAsync(MemoryCollection collection)
    {
        while (Changes.Count(collection.Name) > 0)
            await TakeAsync(collection, oneChunk: false);
    }

    private async Task VerifyAsync(MemoryCollection made)
    {
        await CatchUpAsync(made);
        ReconcileReport found = await new CollectionReconciler(made, _records, Changes).CompareAsync(CancellationToken.None);
        if (!_isReplayed)
            Assert.Equal(0, found.Differences);
        if (found.Differences > 0)
        {
            Changes.Mark(made.Name, found.All);
            while (!await TakeAsync(made, oneChunk: false, reused: null, found.All.ToHashSet()))
            {
            }
            await CatchUpAsync(made);
        }
        _isReplayed = false;
        Assert.Equal(0, (await new CollectionReconciler(made, _records, Changes).CompareAsync(CancellationToken.None)).Differences);
    }

    private async Task RollBackAsync(MemoryCollection made)
    {
        await CatchUpAsync(Old);
        AssertIsCatalog(Old);
        End(made);
        Changes.LedgerOf(made.Name).Forget();
    }

    private async Task FinishAsync(MemoryCollection made)
    {
        await VerifyAsync(made);
        AssertIsCatalog(made);
        End(Old);
        Changes.LedgerOf(made.Name).Forget();
        _old = made;
    }

    private void End(MemoryCollection collection)
    {
        Changes.Unfollow(collection.Name);
        (_new, _isReplayed) = (null, false);
    }

    private void AssertAllThatDiffersIsStillToBeTaken(MemoryCollection collection, Dictionary<ItemId, long> sequences)
    {
        HashSet<ItemId> waiting = [.. Changes.Read(collection.Name, long.MaxValue, default, Items).Select(key => key.Item)];
        Dictionary<ItemId, long> rows = collection.Rows.ToDictionary(row => row.Fields.Id, row => row.Sequence);
        foreach (ItemId item in sequences.Keys.Union(rows.Keys).Where(item => !waiting.Contains(item)))
        {
            long expected = sequences.GetValueOrDefault(item, -1), found = rows.GetValueOrDefault(item, -1);
            if (expected != found)
                Assert.Fail($"{collection.Name} has {item} as of {found}, the records as of {expected}, and nothing of it is still to be taken.");
        }
    }

    private void AssertIsCatalog(MemoryCollection collection)
    {
        AssertEqual([0L], [Changes.Count(collection.Name)]);
        AssertEqual(_acknowledged.Keys, collection.Rows.Select(row => row.Fields.Id));
        AssertEqual(
            _acknowledged.Values.Select(item => (CatalogIndexer.Fingerprint(ItemTextTemplate.Default, item), item.Price)),
            collection.Rows.Select(row => (row.Fingerprint, row.Fields.Price)));
        AssertEqual(_acknowledged.Values.SelectMany(VectorOf), collection.Rows.SelectMany(row => row.Vector.ToArray()));
    }

    private float[] VectorOf(Item item)
    {
        string text = ItemTextTemplate.Default.TextOf(item);
        if (!_vectors.TryGetValue(text, out float[]? vector))
            _vectors[text] = vector = encoder.Encode(text, TextRole.Passage);
        return vector;
    }

    /// <summary>As Assert.Equal, which takes longer where nothing differs than all that is looked at here.</summary>
    private static void AssertEqual<T>(IEnumerable<T> expected, IEnumerable<T> found)
    {
        T[] left = [.. expected], right = [.. found];
        if (!left.SequenceEqual(right))
            Assert.Equal(left, right);
    }
}
