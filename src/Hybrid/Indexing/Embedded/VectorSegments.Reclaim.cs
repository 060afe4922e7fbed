using System.Collections.Concurrent;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Hybrid.Indexing.Embedded;

// Space that is not used is given back by the write that made it too much, in steps that are transactions of their own: the vectors of the emptiest segment
// move behind the others, and then its file is deleted. A step that is cut short leaves what it wrote unused.
internal sealed partial class VectorSegments
{
    // Moved at a time: other writers wait as long, and at d = 384 whoever follows reads the rows at once.
    private const long StepBytes = 2 << 20;

    // Their damage is named to who reads them; moving it would hide it.
    private readonly ConcurrentDictionary<long, bool> _damaged = [];

    /// <summary>Gives unused space back, until it is no more than it may be; what fails is left to a later write.</summary>
    private void Reclaim(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested && ReclaimStep())
            {
            }
        }
        catch (VectorStoreException e)
        {
            logger.LogInformation("Unused space of {Path} is given back later: {Reason}", database.Path, e.Message);
        }
    }

    /// <returns>Whether there may be more to do.</returns>
    private bool ReclaimStep()
    {
        const string operation = "give back unused space";
        List<SegmentRow> rows = database.Read(operation, SegmentRow.ReadAll);
        List<long> empty = [.. rows.Where(SegmentWriter.IsEmpty).Select(row => row.Id)];
        if (empty.Count > 0)
        {
            Delete(operation, empty);
            return true;
        }
        if (!SegmentWriter.IsWastefulInAll(rows))
            return false;
        SegmentRow? emptiest = rows.Where(row => !_damaged.ContainsKey(row.Id)).MaxBy(row => row.Unused / (double)row.Vectors);
        if (emptiest is null || emptiest.Unused == 0)
            return false;
        try
        {
            if (WriteOnce(operation, emptiest.Id, (connection, writer) => Move(connection, writer, emptiest)).Result == 0)
                Delete(operation, [emptiest.Id]);   // its count was wrong, too small
        }
        catch (VectorStoreException e) when (e.InnerException is DamagedRowException)
        {
            _damaged[emptiest.Id] = true;
            logger.LogWarning("{Reason}", e.Message);
        }
        return true;
    }

    /// <summary>Moves the next vectors of a segment behind all others. Their rows change with that, so that whoever holds the vectors lets go of the segment.
    /// </summary>
    /// <returns>How many vectors were moved.</returns>
    private int Move(SqliteConnection connection, SegmentWriter writer, SegmentRow from)
    {
        List<long> places = [];
        using (SqliteCommand command = connection.Command(
            "SELECT DISTINCT vector FROM rows WHERE vector >= @first AND vector < @end ORDER BY vector LIMIT @count",
            ("@first", new VectorPlace(from.Id, 0).Number), ("@end", VectorPlace.EndOf(from.Id)),
            ("@count", Math.Max(1, StepBytes / (sizeof(float) * from.Dimension)))))
        {
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
                places.Add(reader.Number(0));
        }
        using SqliteCommand pointing = VectorRows.Pointing(connection);
        using SqliteCommand rowsAt = connection.Command(
            $"SELECT {VectorRows.Columns}, rows.id, collection FROM rows WHERE rows.vector = @place", ("@place", 0L));
        var collections = new Dictionary<long, (VectorRows Rows, CollectionRow? State)>();
        foreach (long place in places)
        {
            long to = writer.Append(Vector(connection, place, from.Dimension).Span);
            rowsAt.Set("@place", place);
            var rows = new List<(long Id, long Collection, VectorRows.Row Stored)>();
            using (SqliteDataReader reader = rowsAt.ExecuteReader())
            {
                while (reader.Read())
                {
                    long collection = reader.Number(VectorRows.BehindColumns + 1);
                    if (!collections.ContainsKey(collection))
                        collections.Add(collection, (new VectorRows(this, collection, from.Dimension), CollectionRow.Find(connection, collection)));
                    rows.Add((reader.Number(VectorRows.BehindColumns), collection, collections[collection].Rows.Read(reader)));
                }
            }
            foreach ((long id, long collection, VectorRows.Row stored) in rows)
            {
                (VectorRows binding, CollectionRow? state) = collections[collection];
                // Those of one that has been dropped only wait to be deleted.
                VectorRows.Row moved = state is null ? stored : stored with { Revision = state.Revision + 1 };
                binding.BindPointing(pointing, id, moved, to, stored.Digest ?? throw new DamagedRowException($"row {id} has a vector and no digest"));
                pointing.ExecuteNonQuery();
            }
        }
        foreach ((_, CollectionRow? state) in collections.Values)
            (state is null ? null : state with { Revision = state.Revision + 1 })?.Update(connection);
        writer.Release(from.Id, places.Count);
        return places.Count;
    }

    /// <summary>Deletes segments that nothing points into; their files when the transaction is over.</summary>
    private void Delete(string operation, List<long> segments)
    {
        List<long> deleted = database.Write(operation, connection =>
        {
            List<long> gone = [];
            // Another process may have been faster, or have put a vector into one.
            foreach (SegmentRow row in SegmentRow.ReadAll(connection).Where(row => segments.Contains(row.Id)))
            {
                if (CountUsed(connection, row.Id) is var used and > 0)
                {
                    (row with { Unused = row.Vectors - used }).Update(connection);
                    continue;
                }
                row.Delete(connection);
                gone.Add(row.Id);
            }
            return gone;
        });
        foreach (long id in deleted)
        {
            _open.TryRemove(id, out _);
            if (database.IsInMemory)
                continue;
            try
            {
                File.Delete(StoreFolder.SegmentOf(database, id));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Windows keeps a file that somebody has mapped.
                logger.LogInformation("{File} is not used any more; the next start deletes it: {Reason}", StoreFolder.SegmentOf(database, id), e.Message);
            }
        }
    }

    private static int CountUsed(SqliteConnection connection, long segment) => (int)connection.Scalar<long>(
        "SELECT count(DISTINCT vector) FROM rows WHERE vector >= @first AND vector < @end",
        ("@first", new VectorPlace(segment, 0).Number), ("@end", VectorPlace.EndOf(segment)));
}
