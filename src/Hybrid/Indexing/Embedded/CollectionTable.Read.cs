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

    /// <summary>Gives the rows of a saved index their vectors. Those whose vectors have moved meanwhile have also changed since, and come with what follows.
    /// </summary>
    public void FindVectors(IvfIndex index, string operation) => segments.Read(operation, connection =>
    {
        index.FindVectors(segments.Finder(connection, dimension));
        return true;
    });

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
                index.Upsert(row.Vectorless, rows.Vector(connection, row), row.Place ?? 0);
            last = (row.Revision, reader.Number(VectorRows.BehindColumns));
        }
        return count;
    }
}
