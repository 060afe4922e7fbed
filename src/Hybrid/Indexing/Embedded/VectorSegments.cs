using System.Collections.Concurrent;
using Hybrid.Catalog.Files;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Hybrid.Indexing.Embedded;

/// <summary>The vectors of a store, each once, in append-only files beside the database that are mapped for reading; in memory in plain arrays.</summary>
/// <remarks>
/// <para>A row of the database points at its vector by a <see cref="VectorPlace"/> and carries a digest of its bytes, by which the same vector is found again:
/// of another version of a collection, say. What no row points at is unused, and a segment of which much is unused is given back.</para>
/// <para>What is written is on the disk before the transaction that points at it commits. Whatever lies behind what was committed is nobody's.</para>
/// <para>Threads: every member may be called concurrently.</para>
/// </remarks>
internal sealed partial class VectorSegments(Database database, ILogger logger) : IDisposable
{
    // As this process has them: of what was committed, because a number that was not is given out again.
    private readonly ConcurrentDictionary<long, Segment> _open = [];

    /// <summary>What of the store's files is in memory, until it is closed.</summary>
    public MappedFile.All Mappings { get; } = new();

    /// <summary>As <see cref="Database.Read"/>. A vector that moves to another segment meanwhile, in another process, is read there.</summary>
    /// <exception cref="VectorStoreException">As there; or a file of vectors cannot be read.</exception>
    public T Read<T>(string operation, Func<SqliteConnection, T> work)
    {
        while (true)
        {
            try
            {
                return database.Read(operation, work);
            }
            catch (MissingSegmentException e)
            {
                ThrowIfListed(operation, e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                string reason = $"the vectors could not be read ({e.Message}). Check the disk and the permissions of the files, and repeat.";
                throw new VectorStoreException(database.Name, operation, reason, isTransient: false, e);
            }
        }
    }

    /// <summary>As <see cref="Database.Write"/>, with vectors.</summary>
    /// <exception cref="VectorStoreException">As there; or a file of vectors cannot be written.</exception>
    public T Write<T>(string operation, Func<SqliteConnection, SegmentWriter, T> work, CancellationToken cancellationToken)
    {
        (T result, bool isWasteful) = WriteOnce(operation, left: 0, work);
        if (isWasteful)
            Reclaim(cancellationToken);
        return result;
    }

    /// <summary>[d], not copied.</summary>
    /// <param name="connection">Within the transaction that the place was read in.</param>
    /// <exception cref="DamagedRowException">There is no such vector, or its block is not what was written.</exception>
    /// <exception cref="MissingSegmentException">Its file is gone.</exception>
    public ReadOnlyMemory<float> Vector(SqliteConnection connection, long place, int dimension)
    {
        (long id, int slot) = VectorPlace.Of(place);
        if (!_open.TryGetValue(id, out Segment? segment))
            segment = Open(SegmentRow.Find(connection, id) ?? throw new DamagedRowException($"a row points at segment {id}, and there is none"));
        if (segment.Dimension != dimension)
            throw new DamagedRowException($"a row of {dimension} floats points at {segment.Medium.Name}, whose vectors have {segment.Dimension}");
        return segment.Vector(connection, slot);
    }

    /// <summary>The vectors of many places, in whatever order: [d] each, not copied; empty where the segment is gone.</summary>
    /// <remarks>They are checked when somebody first looks at them; a <see cref="VectorStoreException"/> then says what is damaged.</remarks>
    /// <returns>To be asked within the connection's transaction, by one thread; fails as <see cref="Vector"/> does.</returns>
    public Func<long, ReadOnlyMemory<float>> Finder(SqliteConnection connection, int dimension)
    {
        Dictionary<long, Func<int, ReadOnlyMemory<float>>> finders = SegmentRow.ReadAll(connection).Where(row => row.Dimension == dimension).ToDictionary(
            row => row.Id, row => Open(row).Finder(connection, row.Vectors, what => database.Failure("read vectors", DatabaseFailure.Damaged(what))));
        return place =>
        {
            (long id, int slot) = VectorPlace.Of(place);
            return finders.TryGetValue(id, out Func<int, ReadOnlyMemory<float>>? find) ? find(slot) : default;
        };
    }

    /// <summary>One that has been committed.</summary>
    public Segment Open(SegmentRow row) => _open.GetOrAdd(row.Id, _ => new Segment(row, MediumOf(row)));

    /// <summary>Lets go of those that another process has deleted.</summary>
    public void ForgetDeleted(SqliteConnection connection)
    {
        if (_open.IsEmpty)
            return;
        HashSet<long> there = [.. SegmentRow.ReadAll(connection).Select(row => row.Id)];
        foreach (long id in _open.Keys.Where(id => !there.Contains(id)))
            _open.TryRemove(id, out _);
    }

    /// <summary>A new one, empty.</summary>
    /// <exception cref="IOException">Its file cannot be made.</exception>
    public Segment Create(SegmentRow row)
    {
        var made = new Segment(row, MediumOf(row));
        made.Medium.Create();
        if (database.IsInMemory)
            _open[row.Id] = made;   // there is nothing to open it from later
        return made;
    }

    /// <exception cref="VectorStoreException">The file of a segment is not there.</exception>
    public void ThrowIfMissing(string operation)
    {
        if (database.IsInMemory)
            return;
        while (database.Read(operation, SegmentRow.ReadAll).Find(row => !File.Exists(StoreFolder.SegmentOf(database, row.Id))) is { } missing)
            ThrowIfListed(operation, new MissingSegmentException(missing.Id, Path.GetFileName(StoreFolder.SegmentOf(database, missing.Id))));
    }

    /// <summary>Nothing may be under way, nor hold what was read without a copy.</summary>
    public void Dispose()
    {
        _open.Clear();
        Mappings.Dispose();
    }

    private (T Result, bool IsWasteful) WriteOnce<T>(string operation, long left, Func<SqliteConnection, SegmentWriter, T> work)
    {
        try
        {
            return database.Write(operation, connection =>
            {
                using var writer = new SegmentWriter(this, connection, left);
                T result = work(connection, writer);
                writer.Finish();
                return (result, writer.IsWasteful);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string reason = $"the vectors could not be written ({e.Message}). Free some space or check the folder's permissions, and repeat: "
                + "nothing of this write was kept.";
            throw new VectorStoreException(database.Name, operation, reason, isTransient: false, e);
        }
        catch (MissingSegmentException e)
        {
            throw Lost(operation, e);
        }
    }

    private ISegmentMedium MediumOf(SegmentRow row) =>
        database.IsInMemory ? new SegmentMemory(row.Id, Segment.RowsOfBlock(row.Dimension) * row.Dimension)
            : new SegmentFile(StoreFolder.SegmentOf(database, row.Id), row, Mappings);

    /// <summary>Returns when the segment is gone for good, and nothing points into it any more.</summary>
    private void ThrowIfListed(string operation, MissingSegmentException missing)
    {
        if (database.Read(operation, connection => SegmentRow.Find(connection, missing.Segment)) is not null
            && !File.Exists(StoreFolder.SegmentOf(database, missing.Segment)))
        {
            throw Lost(operation, missing);
        }
        _open.TryRemove(missing.Segment, out _);
    }

    private Exception Lost(string operation, MissingSegmentException missing) => database.Failure(operation,
        $"{missing.File} is missing, which has vectors of it. Put it back beside {Path.GetFileName(database.Path)}, which needs all its files "
        + $"{Path.GetFileName(database.Path)}.*{SegmentFile.Extension} of the same moment; or move it away and index the items again.");
}
