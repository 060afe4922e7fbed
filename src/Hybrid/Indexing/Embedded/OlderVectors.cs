using System.Runtime.InteropServices;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Hybrid.Indexing.Embedded;

/// <summary>Moves the vectors of a file of version 1, which has them in a table, into segments.</summary>
/// <remarks>In pages, each a transaction that takes the vectors out of the table and has the rows point at where they are now: what cuts it short costs
/// nothing. The table goes last, so its being there says that there is something left to do.</remarks>
internal static class OlderVectors
{
    private const string Operation = "move the vectors into files of their own";

    /// <exception cref="VectorStoreException">A vector is not what was written, or the store failed; or it can only be read, and has such vectors.</exception>
    public static void MoveOver(Database database, VectorSegments segments, ILogger logger)
    {
        if (!database.Read(Operation, HasTable))
            return;
        if (database.IsReadOnly)
        {
            throw database.Failure("open", "an older Hybrid wrote the file, and a newer one has not brought all of it up to date: it can only be read here. "
                + "Open it once where it can be written.");
        }
        logger.LogInformation("{Path} is of an older Hybrid: its vectors are moved into files beside it.", database.Path);
        long moved = 0;
        int count;
        do
        {
            // Another process may be at it, too, and have finished.
            count = segments.Write(
                Operation, (connection, writer) => HasTable(connection) ? MovePage(connection, segments, writer) : 0, CancellationToken.None);
            moved += count;
        }
        while (count > 0);
        Shrink(database, logger);
        database.Write(Operation, connection => connection.Execute($"DROP TABLE IF EXISTS {VectorTables.Blobs}"));
        logger.LogInformation("{Count} vectors of {Path} were moved.", moved, database.Path);
    }

    private static bool HasTable(SqliteConnection connection) =>
        connection.Scalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = @name", ("@name", VectorTables.Blobs)) > 0;

    private static int MovePage(SqliteConnection connection, VectorSegments segments, SegmentWriter writer)
    {
        List<Row> page = ReadPage(connection, segments);
        using SqliteCommand pointing = VectorRows.Pointing(connection), taking = connection.Command("DELETE FROM vectors WHERE row = @row", ("@row", 0L));
        foreach (Row row in page)
        {
            if (!row.IsDropped)
            {
                ReadOnlySpan<float> vector = MemoryMarshal.Cast<byte, float>(row.Vector);
                long digest = VectorRows.DigestOf(vector);
                (long? known, _) = VectorRows.FindPlaces(row.Finding, row.Stored.Vectorless.Fields.Id, digest);
                row.Rows.BindPointing(pointing, row.Id, row.Stored, writer.Put(vector, known), digest);
                pointing.ExecuteNonQuery();
            }
            taking.Set("@row", row.Id);
            taking.ExecuteNonQuery();
        }
        foreach (SqliteCommand finding in page.Select(row => row.Finding).Distinct())
            finding.Dispose();
        return page.Count;
    }

    private static List<Row> ReadPage(SqliteConnection connection, VectorSegments segments)
    {
        var collections = new Dictionary<long, (VectorRows Rows, SqliteCommand Finding)>();
        using SqliteCommand command = connection.Command($"""
            SELECT {VectorRows.Columns}, vectors.vector, vectors.checksum, rows.id, collections.id, dimension, dropped
            FROM vectors JOIN rows ON rows.id = vectors.row JOIN collections ON collections.id = rows.collection ORDER BY vectors.row LIMIT @count
            """,
            ("@count", (long)CollectionTable.PageRows));
        using SqliteDataReader reader = command.ExecuteReader();
        const int Blob = VectorRows.BehindColumns;
        var page = new List<Row>();
        while (reader.Read())
        {
            long collection = reader.Number(Blob + 3);
            int dimension = (int)reader.Number(Blob + 4);
            if (!collections.TryGetValue(collection, out (VectorRows Rows, SqliteCommand Finding) its))
            {
                var rows = new VectorRows(segments, collection, dimension);
                collections.Add(collection, its = (rows, rows.Finding(connection)));
            }
            VectorRows.Row stored = its.Rows.Read(reader);
            string item = stored.Vectorless.Fields.Id.Value;
            byte[] vector = raw.sqlite3_column_blob(reader.Handle, Blob).ToArray();
            if (vector.Length != dimension * sizeof(float))
                throw new DamagedRowException($"the vector of item '{item}' has {vector.Length} bytes instead of {dimension * sizeof(float)}");
            if (new RowChecksum().Add(item).Add(vector).Take() != reader.Number(Blob + 1))
                throw new DamagedRowException($"the vector of item '{item}' is not what was written: its checksum is another");
            page.Add(new(reader.Number(Blob + 2), stored, vector, its.Rows, its.Finding, IsDropped: reader.Number(Blob + 5) != 0));
        }
        return page;
    }

    /// <summary>Gives the room of the vectors back, which SQLite else keeps for rows to come.</summary>
    private static void Shrink(Database database, ILogger logger)
    {
        using SqliteConnection alone = database.Connect();
        try
        {
            alone.Execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
        }
        catch (SqliteException e)
        {
            logger.LogInformation("{Path} stays as long as it was, and what is free in it is used first: {Reason}", database.Path, DatabaseFailure.Reason(e));
        }
    }

    /// <param name="Finding">Of its collection, for <see cref="VectorRows.FindPlaces"/>.</param>
    /// <param name="IsDropped">The collection has been, and its rows are only waiting to be deleted.</param>
    private sealed record Row(long Id, VectorRows.Row Stored, byte[] Vector, VectorRows Rows, SqliteCommand Finding, bool IsDropped);
}
