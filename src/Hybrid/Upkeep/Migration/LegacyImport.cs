using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Upkeep.Migration;

/// <summary>Takes the vectors that a shop has into a collection, of length 1 each, once.</summary>
internal static class LegacyImport
{
    private const int BatchRows = 1_024;

    /// <summary>The collections that such vectors are in.</summary>
    public const string CollectionBase = "legacy";

    /// <summary>Reads the rows twice: what they are, which names their space, and then into a collection, if none of that space is there.</summary>
    /// <param name="name">What they are called, as a file's name.</param>
    /// <param name="rows">The same each time.</param>
    /// <exception cref="MigrationException">No row can be used.</exception>
    public static async Task<(IVectorCollection Collection, float[] Mean)> RunAsync(
        IVectorStore store, string name, Func<IEnumerable<KeyedVector>> rows, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var lengths = new Dictionary<int, long>();
        string hash = HashOf(rows().Select(row =>
        {
            lengths[row.Vector.Length] = lengths.GetValueOrDefault(row.Vector.Length) + 1;
            return row;
        }), cancellationToken);
        // Most rows tell which length is meant; a few of another one, or none, are faults.
        int dimension = lengths.Count == 0 ? 0 : lengths.MaxBy(one => one.Value).Key;
        if (dimension is 0 or > VectorArguments.MaxDimension)
            throw new MigrationException($"{name} has no vectors that can be used; look at it with an inspection first.");
        var space = new VectorSpace(name, hash, dimension, VectorSpaceKind.Behavior);
        var mean = new MeanVector(dimension);
        IVectorCollection collection = await FindAsync(store, space, cancellationToken).ConfigureAwait(false)
            ?? await store.CreateAsync(CollectionBase, space, cancellationToken).ConfigureAwait(false);
        var batch = new Dictionary<ItemId, float[]>(BatchRows);
        var seen = new HashSet<ItemId>();
        foreach (KeyedVector row in rows())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (row.Vector.Length != dimension || !ItemId.TryParse(row.Key, null, out ItemId id) || !TensorPrimitives.IsFiniteAll(row.Vector.Span)
                || !row.Vector.Span.ContainsAnyExcept(0f) || !seen.Add(id))
            {
                continue;
            }
            float[] vector = row.Vector.ToArray();
            UnitVector.Normalize(vector);
            mean.Add(vector);
            batch.Add(id, vector);
            if (batch.Count == BatchRows)
                await FlushAsync().ConfigureAwait(false);
        }
        await FlushAsync().ConfigureAwait(false);
        return seen.Count > 0 ? (collection, mean.ToArray())
            : throw new MigrationException($"{name} has no vectors that can be used; look at it with an inspection first.");

        async Task FlushAsync()
        {
            if (batch.Count == 0)
                return;
            // What a call that was cut short has left need not be written again.
            bool isThere = (await collection.GetAsync(batch.Keys, withVectors: false, cancellationToken).ConfigureAwait(false)).Count == batch.Count;
            if (!isThere)
            {
                await collection.UpsertAsync(new ItemBatch(space, [.. batch.Keys.Select(id => new Item(id))], batch.Values.SelectMany(v => v).ToArray()),
                    cancellationToken).ConfigureAwait(false);
            }
            progress?.Report(seen.Count);
            batch.Clear();
        }
    }

    /// <summary>Of all keys and vectors in their order: another one where any has changed. It is that of their space.</summary>
    public static string HashOf(IEnumerable<KeyedVector> rows, CancellationToken cancellationToken)
    {
        var hash = new XxHash128();
        foreach (KeyedVector row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.Append(MemoryMarshal.AsBytes(row.Key.AsSpan()));
            hash.Append(MemoryMarshal.AsBytes(row.Vector.Span));
        }
        return hash.GetCurrentHashAsUInt128().ToString("x32", null);
    }

    public static async Task<IVectorCollection?> FindAsync(IVectorStore store, VectorSpace space, CancellationToken cancellationToken)
    {
        foreach (CollectionInfo info in await store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (info.Space == space)
                return await store.OpenAsync(info.Name, space, cancellationToken).ConfigureAwait(false);
        }
        return null;
    }
}
