using System.Runtime.ExceptionServices;
using Hybrid.Catalog;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

internal sealed partial class CollectionTable
{
    /// <summary>Brings an index that knows the rows up to <paramref name="revision"/> to where the table is, in one step for whoever searches it.</summary>
    /// <param name="revision">0 for an empty index.</param>
    /// <returns>The state that the index is now in; null, and it is as before, when deletions that it lacks are no longer on record.</returns>
    public CollectionRow? Follow(IvfIndex index, long revision, string operation, CancellationToken cancellationToken)
    {
        CollectionRow? state = null;
        index.Change(() => (state = ReadChanges(index, revision, operation, cancellationToken)) is not null);
        return state;
    }

    private CollectionRow? ReadChanges(IvfIndex index, long revision, string operation, CancellationToken cancellationToken)
    {
        long? known = revision == 0 ? null : revision;
        (long Revision, long Row) last = (revision, long.MaxValue);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (CollectionRow state, int count) = segments.Read(operation, connection =>
            {
                CollectionRow state = State(connection, operation);
                // An empty index lacks no deletion that is older than its first page.
                known ??= state.Revision;
                int count = known < state.Forgotten ? 0 : Apply(connection, index, ref last);
                if (count < PageRows)
                    segments.ForgetDeleted(connection);
                return (state, count);
            });
            if (known < state.Forgotten)
                return null;
            // Every row that changes gets a revision behind the last page: with nothing left behind it, the index is what the table was in that transaction.
            if (count < PageRows)
                return state;
        }
    }

    /// <summary>Every row that is not deleted, by item, its vector not copied.</summary>
    /// <remarks>Not on one snapshot: a row that changes meanwhile is as it was, or as it is.</remarks>
    public Dictionary<ItemId, StoredItem> ReadByItem(string operation, CancellationToken cancellationToken)
    {
        var found = new Dictionary<ItemId, StoredItem>();
        long newest = database.Read(operation, connection => connection.Scalar<long>("SELECT max(id) FROM rows"));
        // Most of the time goes into taking rows apart, and vectors need looking at: each processor takes its share of the table.
        int parts = (int)Math.Clamp(newest / PageRows, 1, Environment.ProcessorCount);
        try
        {
            Parallel.For(0, parts, part => ReadPart(
                operation, newest / parts * part, part == parts - 1 ? long.MaxValue : newest / parts * (part + 1), found, cancellationToken));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        return found;
    }

    /// <summary>Adds the rows behind one and up to another one to <paramref name="found"/>.</summary>
    private void ReadPart(string operation, long last, long end, Dictionary<ItemId, StoredItem> found, CancellationToken cancellationToken)
    {
        VectorRows rows = new(segments, id, dimension);
        int count;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            count = segments.Read(operation, connection =>
            {
                // In the order of the table, not of one of its indexes, as the plus sign says: then the file is read from its front to its end.
                using SqliteCommand command = connection.Command($"""
                    SELECT {VectorRows.Columns}, rows.id FROM rows WHERE rows.id > @last AND rows.id <= @end AND +collection = @id ORDER BY rows.id LIMIT @count
                    """,
                    ("@last", last), ("@end", end), ("@id", id), ("@count", (long)PageRows));
                using SqliteDataReader reader = command.ExecuteReader();
                var page = new List<StoredItem>(PageRows);
                int count = 0;
                long read = last;
                for (; reader.Read(); count++)
                {
                    VectorRows.Row row = rows.Read(reader);
                    if (!row.IsDeleted)
                        page.Add(row.Vectorless with { Vector = rows.Vector(connection, row) });
                    read = reader.Number(VectorRows.BehindColumns);
                }
                lock (found)
                {
                    foreach (StoredItem row in page)
                    {
                        if (!found.TryAdd(row.Fields.Id, row))
                            throw new DamagedRowException($"item '{row.Fields.Id}' is twice in {name}");
                    }
                }
                last = read;
                return count;
            });
        }
        while (count == PageRows);
    }

    /// <summary>The next rows by id, on one snapshot.</summary>
    /// <param name="after">Only rows behind this item; default: from the first.</param>
    public (CollectionRow State, List<StoredItem> Rows) ReadPage(ItemId after, bool withVectors, CancellationToken cancellationToken)
    {
        string operation = $"read {name}";
        return segments.Read(operation, connection =>
        {
            CollectionRow state = State(connection, operation);
            using SqliteCommand command = connection.Command(
                $"SELECT {VectorRows.Columns} FROM rows WHERE collection = @id AND item > @after AND deleted = 0 ORDER BY item LIMIT @count",
                ("@id", id), ("@after", after.Value ?? ""), ("@count", (long)PageRows));
            using SqliteDataReader reader = command.ExecuteReader();
            VectorRows rows = new(segments, id, dimension);
            var page = new List<StoredItem>(PageRows);
            while (reader.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                VectorRows.Row row = rows.Read(reader);
                page.Add(withVectors ? row.Vectorless with { Vector = rows.Vector(connection, row).ToArray() } : row.Vectorless);
            }
            return (state, page);
        });
    }

    /// <summary>Applies the next page of changed rows, by revision and then by the row's own number.</summary>
    /// <param name="last">The row after which the page begins; then its last one.</param>
    /// <returns>Rows in the page.</returns>
    private int Apply(SqliteConnection connection, IvfIndex index, ref (long Revision, long Row) last)
    {
        // Two searches in one index. A condition on the pair would be one, but of that SQLite uses the first half alone, and looks at all rows of a large
        // write for each page.
        int count = Apply(connection, index, "revision = @revision AND rows.id > @row", PageRows, ref last);
        return count == PageRows ? count : count + Apply(connection, index, "revision > @revision", PageRows - count, ref last);
    }

    private int Apply(SqliteConnection connection, IvfIndex index, string condition, int most, ref (long Revision, long Row) last)
    {
        using SqliteCommand command = connection.Command($"""
            SELECT {VectorRows.Columns}, rows.id FROM rows
            WHERE collection = @id AND {condition} ORDER BY revision, rows.id LIMIT @count
            """,
            ("@id", id), ("@revision", last.Revision), ("@row", last.Row), ("@count", (long)most));
        using SqliteDataReader reader = command.ExecuteReader();
        VectorRows rows = new(segments, id, dimension);
        int count = 0;
        for (; reader.Read(); count++)
        {
            VectorRows.Row row = rows.Read(reader);
            if (row.IsDeleted)
                index.Remove(row.Vectorless.Fields.Id);
            else
                index.Upsert(row.Vectorless, rows.Vector(connection, row));
            last = (row.Revision, reader.Number(VectorRows.BehindColumns));
        }
        return count;
    }
}
