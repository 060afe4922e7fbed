using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>Vectors that were written one behind another, in blocks with checksums: a block is checked when this process first reads of it.</summary>
/// <remarks>
/// <para>The checksum of a block is in the database, and that of the last one moves with each write: so it belongs to what was committed, and what a killed
/// writer has left behind it is not looked at.</para>
/// <para>Threads: any number of readers.</para>
/// </remarks>
internal sealed class Segment(SegmentRow row, ISegmentMedium medium)
{
    // Small enough that looking at one vector does not read much, large enough that a checksum each is nothing beside it.
    private const int BlockBytes = 1 << 16;

    private readonly Lock _checking = new();
    private int[] _checked = [];   // of each block, vectors that have been found right
    private readonly List<long> _checksums = [];   // of the full blocks, from the first one on: they do not change any more

    public long Id => row.Id;

    public int Dimension => row.Dimension;

    public ISegmentMedium Medium => medium;

    /// <summary>Vectors in a block.</summary>
    public int BlockRows { get; } = RowsOfBlock(row.Dimension);

    public static int RowsOfBlock(int dimension) => Math.Max(1, BlockBytes / (sizeof(float) * dimension));

    /// <summary>[d], not copied.</summary>
    /// <param name="connection">Within the transaction that the slot was read in.</param>
    /// <exception cref="DamagedRowException">The block is not what was written.</exception>
    /// <exception cref="MissingSegmentException">The file is gone.</exception>
    public ReadOnlyMemory<float> Vector(SqliteConnection connection, int slot)
    {
        (int block, int within) = Math.DivRem(slot, BlockRows);
        int[] seen = Volatile.Read(ref _checked);
        if (slot < 0 || block >= seen.Length || within >= seen[block])
            Check(connection, slot);
        return Unchecked(slot);
    }

    /// <summary>The vectors of many slots: [d] each, not copied, of blocks that are checked when somebody first looks at one of them.</summary>
    /// <param name="vectors">In the whole segment, as the connection's transaction has it.</param>
    /// <param name="damaged">What to throw then where it is not what was written.</param>
    /// <returns>To be asked within the transaction, by one thread; fails as <see cref="Vector"/> does.</returns>
    public Func<int, ReadOnlyMemory<float>> Finder(SqliteConnection connection, int vectors, Func<string, Exception> damaged)
    {
        var blocks = new Memory<float>[vectors / BlockRows];
        long[] checksums;
        lock (_checking)
        {
            ReadChecksums(connection, blocks.Length);
            checksums = [.. _checksums];   // another thread may add to them
        }
        return Find;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // as RowPlaces
        ReadOnlyMemory<float> Find(int slot)
        {
            ThrowIfNotThere(slot, vectors);
            (int block, int within) = Math.DivRem(slot, BlockRows);
            if (block >= blocks.Length)
                return Vector(connection, slot);   // what is still being filled will have another checksum
            if (blocks[block].IsEmpty)
                blocks[block] = BlockOf(block, block < checksums.Length ? checksums[block] : null, damaged).Memory;
            return blocks[block].Slice(within * Dimension, Dimension);
        }
    }

    /// <summary>As it lies there, whatever it is.</summary>
    public ReadOnlyMemory<float> Unchecked(int slot) => medium.View(slot * (long)Dimension, Dimension);

    /// <summary>The checksum, so far, of the block that is being filled.</summary>
    /// <param name="vectors">In the whole segment.</param>
    /// <exception cref="DamagedRowException">They are not what was written.</exception>
    public XxHash3 Tail(SqliteConnection connection, int vectors)
    {
        int first = vectors - vectors % BlockRows;
        var hash = new XxHash3();
        if (first == vectors)
            return hash;
        hash.Append(MemoryMarshal.AsBytes(medium.View(first * (long)Dimension, (vectors - first) * Dimension).Span));
        ThrowIfOther(first / BlockRows, hash.GetCurrentHashAsUInt64(), ChecksumOf(connection, first / BlockRows));
        return hash;
    }

    private void Check(SqliteConnection connection, int slot)
    {
        lock (_checking)
        {
            int block = slot / BlockRows, rows = BlockRows;
            if (slot < 0 || block >= _checksums.Count)
            {
                int vectors = VectorsOf(connection);
                ThrowIfNotThere(slot, vectors);
                ReadChecksums(connection, vectors / BlockRows);
                rows = RowsIn(block, vectors);
            }
            ThrowIfOther(block, HashOf(block, rows), block < _checksums.Count ? _checksums[block] : ChecksumOf(connection, block));
            if (block >= _checked.Length)
                Array.Resize(ref _checked, Math.Max(block + 1, _checksums.Count));
            _checked[block] = Math.Max(_checked[block], rows);
        }
    }

    private int VectorsOf(SqliteConnection connection) => (int)connection.Scalar<long>("SELECT vectors FROM segments WHERE id = @id", ("@id", Id));

    private void ThrowIfNotThere(int slot, int vectors)
    {
        if (slot < 0 || slot >= vectors)
            throw new DamagedRowException($"{medium.Name} has {vectors} vectors, and a row points at number {slot}");
    }

    private int RowsIn(int block, int vectors) => Math.Min(BlockRows, vectors - block * BlockRows);

    private SegmentBlock BlockOf(int block, long? checksum, Func<string, Exception> damaged) => new(
        medium.View(block * BlockRows * (long)Dimension, BlockRows * Dimension), checksum, () => damaged(IsAnother(block)));

    private string IsAnother(int block) => $"block {block} of {medium.Name} is not what was written: its checksum is another";

    private ulong HashOf(int block, int rows) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(medium.View(block * BlockRows * (long)Dimension, rows * Dimension).Span));

    /// <summary>All that are missing, in one go: most of them will be needed.</summary>
    private void ReadChecksums(SqliteConnection connection, int blocks)
    {
        if (_checksums.Count >= blocks)
            return;
        using SqliteCommand command = connection.Command(
            "SELECT block, checksum FROM blocks WHERE segment = @segment AND block >= @first AND block < @end ORDER BY block",
            ("@segment", Id), ("@first", (long)_checksums.Count), ("@end", (long)blocks));
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read() && reader.Number(0) == _checksums.Count)   // one that is missing is asked for by itself, and said to be wrong
            _checksums.Add(reader.Number(1));
    }

    private long? ChecksumOf(SqliteConnection connection, int block) => connection.Scalar<long?>(
        "SELECT checksum FROM blocks WHERE segment = @segment AND block = @block", ("@segment", Id), ("@block", (long)block));

    private void ThrowIfOther(int block, ulong hash, long? expected)
    {
        if (expected != (long)hash)
            throw new DamagedRowException(IsAnother(block));
    }
}
