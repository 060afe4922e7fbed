using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>Puts vectors into segments within one write transaction: there is one at a time, over all processes.</summary>
/// <remarks>What it writes lies behind what has been committed. Where the transaction fails, the next one writes over it.</remarks>
internal sealed class SegmentWriter : IDisposable
{
    // A segment takes this share of all, so that giving one back that is half empty needs little room beside it; and not too few or too many bytes, so that
    // there are neither many files nor long ones.
    private const int MostOfAll = 8;
    private const long FewestBytes = 4 << 20, MostBytes = 512 << 20;

    // Written at a time.
    private const int BufferBytes = 1 << 18;

    // Space is given back once more than a third of it is unused, if that is worth the while.
    private const int MostUnused = 3;
    private const long WorthReclaiming = 1 << 20;

    private readonly VectorSegments _segments;
    private readonly SqliteConnection _connection;
    private readonly List<SegmentRow> _before;
    private readonly Dictionary<long, SegmentRow> _rows;   // as they will be
    private readonly Dictionary<long, Segment> _written = [];
    private readonly SqliteCommand _used, _block;
    private readonly long _left;   // a segment that takes no more vectors
    private Target? _target;

    /// <param name="connection">Of the transaction.</param>
    /// <param name="left">A segment that nothing is added to; 0: none.</param>
    /// <exception cref="DamagedRowException">The database has another segment than was written.</exception>
    public SegmentWriter(VectorSegments segments, SqliteConnection connection, long left = 0)
    {
        _segments = segments;
        _connection = connection;
        _left = left;
        _before = SegmentRow.ReadAll(connection);
        _rows = _before.ToDictionary(row => row.Id);
        _used = connection.Command("SELECT 1 FROM rows WHERE vector = @place LIMIT 1", ("@place", 0L));
        _block = connection.Command("""
            INSERT INTO blocks (segment, block, checksum) VALUES (@segment, @block, @checksum)
            ON CONFLICT (segment, block) DO UPDATE SET checksum = excluded.checksum
            """,
            ("@segment", 0L), ("@block", 0L), ("@checksum", 0L));
    }

    /// <summary>Whether some of the space is to be given back: a segment that nothing points into, or a third of all vectors.</summary>
    public bool IsWasteful => _rows.Values.Any(IsEmpty) || IsWastefulInAll(_rows.Values);

    public static bool IsEmpty(SegmentRow row) => row.Unused >= row.Vectors;

    /// <summary>Whether the segments together hold more that is not used than they may.</summary>
    public static bool IsWastefulInAll(IReadOnlyCollection<SegmentRow> rows) =>
        rows.Sum(row => row.UnusedBytes) is var unused && unused > WorthReclaiming && unused * MostUnused > rows.Sum(row => row.Bytes);

    /// <summary>The place of a vector: of the one that is there already, or of a new one.</summary>
    /// <param name="known">Where a row with the same digest points at; null: there is none.</param>
    public long Put(ReadOnlySpan<float> vector, long? known) => known is { } place && IsAt(place, vector) ? place : Append(vector);

    /// <summary>Writes a vector behind the others.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public long Append(ReadOnlySpan<float> vector)
    {
        if (_target?.Segment.Dimension != vector.Length)
        {
            Leave();
            _target = TargetFor(vector.Length);
        }
        Target target = _target;
        var place = new VectorPlace(target.Segment.Id, target.Vectors);
        vector.CopyTo(target.Buffer.AsSpan(target.Buffered));
        target.Buffered += vector.Length;
        target.Hash.Append(MemoryMarshal.AsBytes(vector));
        target.Vectors++;
        if (target.Vectors % target.Segment.BlockRows == 0)
            EndBlock(target);
        if (target.Buffered + vector.Length > target.Buffer.Length)
            target.Flush();
        if (target.Vectors == target.Most)
            Leave();
        return place.Number;
    }

    /// <summary>[d], as it lies in its segment: to be held once the transaction has been committed.</summary>
    /// <param name="place">That <see cref="Put"/> or <see cref="Append"/> has given.</param>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public ReadOnlyMemory<float> Held(long place)
    {
        (long id, int slot) = VectorPlace.Of(place);
        if (_target is { } target && target.Segment.Id == id)
            target.Flush();
        return SegmentOf(_rows[id]).Unchecked(slot);
    }

    /// <summary>To be called when a row no longer points at a vector.</summary>
    public void Release(long place)
    {
        _used.Set("@place", place);
        if (_used.ExecuteScalar() is null)
            Release(VectorPlace.Of(place).Segment, vectors: 1);
    }

    /// <summary>To be called when no row points at so many vectors of a segment any more.</summary>
    public void Release(long segment, int vectors)
    {
        if (_rows.TryGetValue(segment, out SegmentRow? row))
            _rows[segment] = row with { Unused = row.Unused + vectors };
    }

    /// <summary>To be called at the end of the transaction: after it returns, what was written survives a crash.</summary>
    /// <exception cref="IOException">It may not: the transaction must not be committed.</exception>
    public void Finish()
    {
        Leave();
        foreach (Segment segment in _written.Values)
            segment.Medium.Sync();
        foreach (SegmentRow row in _rows.Values.Except(_before))
            row.Update(_connection);
    }

    public void Dispose()
    {
        foreach (Segment segment in _written.Values)
            segment.Medium.EndWriting();
        _used.Dispose();
        _block.Dispose();
    }

    private bool IsAt(long place, ReadOnlySpan<float> vector)
    {
        (long id, int slot) = VectorPlace.Of(place);
        if (!_rows.TryGetValue(id, out SegmentRow? row) || row.Dimension != vector.Length || slot < 0)
            return false;
        if (_target is { } target && target.Segment.Id == id)
        {
            if (slot >= target.Vectors)
                return false;
            target.Flush();
        }
        else if (slot >= row.Vectors)
        {
            return false;
        }
        try
        {
            // Equal to what was to be written, it needs no checksum.
            return SegmentOf(row).Unchecked(slot).Span.SequenceEqual(vector);
        }
        catch (Exception e) when (e is DamagedRowException or MissingSegmentException)
        {
            return false;   // then it is written again; who reads the old one is told
        }
    }

    private Segment SegmentOf(SegmentRow row) => _written.TryGetValue(row.Id, out Segment? written) ? written : _segments.Open(row);

    private Target TargetFor(int dimension)
    {
        long wanted = Math.Clamp(_rows.Values.Sum(row => row.Bytes) / MostOfAll, FewestBytes, MostBytes);
        int most = (int)Math.Max(1, wanted / (sizeof(float) * dimension));
        SegmentRow? last = _rows.Values.Where(row => row.Dimension == dimension && row.Id != _left).MaxBy(row => row.Id);
        if (last is not null && last.Vectors < most)
        {
            Segment segment = SegmentOf(last);
            try
            {
                return Begin(segment, last.Vectors, most, segment.Tail(_connection, last.Vectors));
            }
            catch (Exception e) when (e is DamagedRowException or MissingSegmentException)
            {
                // A checksum over what is damaged would say that it is right.
            }
        }
        SegmentRow made = SegmentRow.Insert(_connection, dimension);
        _rows.Add(made.Id, made);
        Segment empty = _segments.Create(made);
        _written.Add(made.Id, empty);
        return Begin(empty, 0, most, new XxHash3());
    }

    private Target Begin(Segment segment, int vectors, int most, XxHash3 hash)
    {
        _written[segment.Id] = segment;
        int floats = Math.Max(segment.Dimension, Math.Min(BufferBytes / sizeof(float), (most - vectors) * segment.Dimension));
        return new(segment, most, hash, ArrayPool<float>.Shared.Rent(floats)) { Vectors = vectors };
    }

    /// <summary>Ends the writing into the segment that is being filled.</summary>
    private void Leave()
    {
        if (_target is not { } target)
            return;
        target.Flush();
        if (target.Vectors % target.Segment.BlockRows != 0)
            EndBlock(target);
        ArrayPool<float>.Shared.Return(target.Buffer);
        _rows[target.Segment.Id] = _rows[target.Segment.Id] with { Vectors = target.Vectors };
        _target = null;
    }

    /// <summary>Writes the checksum of the block that the last vector is in.</summary>
    private void EndBlock(Target target)
    {
        _block.Set("@segment", target.Segment.Id);
        _block.Set("@block", (long)((target.Vectors - 1) / target.Segment.BlockRows));
        _block.Set("@checksum", (long)target.Hash.GetCurrentHashAsUInt64());
        _block.ExecuteNonQuery();
        target.Hash.Reset();
    }

    /// <summary>The segment that is being filled.</summary>
    private sealed class Target(Segment segment, int most, XxHash3 hash, float[] buffer)
    {
        public Segment Segment { get; } = segment;

        /// <summary>Vectors that it takes.</summary>
        public int Most { get; } = most;

        /// <summary>Of the block that is not full yet.</summary>
        public XxHash3 Hash { get; } = hash;

        /// <summary>The last vectors, which are not written yet.</summary>
        public float[] Buffer { get; } = buffer;

        /// <summary>Floats of them.</summary>
        public int Buffered { get; set; }

        /// <summary>Vectors, those in the buffer included.</summary>
        public int Vectors { get; set; }

        public void Flush()
        {
            if (Buffered > 0)
                Segment.Medium.Write(Vectors * (long)Segment.Dimension - Buffered, Buffer.AsSpan(0, Buffered));
            Buffered = 0;
        }
    }
}
