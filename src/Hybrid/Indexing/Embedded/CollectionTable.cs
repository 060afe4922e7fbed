using Hybrid.Catalog;
using Hybrid.Catalog.Files;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>One collection's rows in the database: the truth that its index in memory follows.</summary>
/// <remarks>
/// <para>Every write has a revision, one higher than the last. A row carries the revision that wrote or deleted it, so that whoever knows the rows
/// up to one revision reads only the later ones.</para>
/// <para>What reads or deletes many rows does so in pages, each a transaction of its own: SQLite cannot cut back the log of the writers while a
/// transaction that began before them is open.</para>
/// </remarks>
internal sealed partial class CollectionTable(Database database, VectorSegments segments, long id, string name, int dimension)
{
    /// <summary>Rows read or deleted at a time: of 1.5 MB of vectors at d = 384.</summary>
    public const int PageRows = 1024;

    /// <summary>What of the store's files is in memory.</summary>
    public MappedFile.All Mappings => segments.Mappings;

    /// <exception cref="VectorStoreException">The collection is gone.</exception>
    public CollectionRow ReadState(string operation) => database.Read(operation, connection => State(connection, operation));

    /// <summary>Whether so many rows have changed since a revision, and more.</summary>
    public bool HasChanged(long since, int moreThan) => database.Read($"read {name}", connection => connection.Scalar<long>(
        "SELECT count(*) FROM (SELECT 1 FROM rows WHERE collection = @id AND revision > @since LIMIT @most)",
        ("@id", id), ("@since", since), ("@most", moreThan + 1L))) > moreThan;

    /// <summary>Inserts or replaces in one transaction.</summary>
    /// <returns>The new revision, and the vectors of the batch as they now lie in their segments, and where.</returns>
    public (long Revision, long[] Places, ReadOnlyMemory<float>[] Vectors) Upsert(ItemBatch batch, CancellationToken cancellationToken)
    {
        string operation = $"upsert into {name}";
        return segments.Write(operation, (connection, writer) =>
        {
            CollectionRow state = State(connection, operation);
            long revision = state.Revision + 1, added = 0;
            VectorRows rows = new(segments, id, dimension);
            using SqliteCommand row = rows.Writing(connection), finding = rows.Finding(connection);
            var places = new long[batch.Items.Count];
            for (int i = 0; i < batch.Items.Count; i++)
            {
                if (i % PageRows == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                Item item = batch.Items[i];
                ReadOnlySpan<float> vector = batch.VectorOf(i);
                long digest = VectorRows.DigestOf(vector);
                (long? known, long? own) = VectorRows.FindPlaces(finding, item.Id, digest);
                long place = places[i] = writer.Put(vector, known);
                rows.Bind(row, item, batch.FingerprintOf(i), batch.SequenceOf(i), revision, place, digest);
                row.ExecuteNonQuery();
                if (own is null)   // it is new, or was the mark of a deletion
                    added++;
                else if (own != place)
                    writer.Release(own.Value);
            }
            cancellationToken.ThrowIfCancellationRequested();
            (state with { Revision = revision, Live = state.Live + added }).Update(connection);
            return (revision, places, Array.ConvertAll(places, writer.Held));
        }, cancellationToken);
    }

    /// <summary>Removes in one transaction.</summary>
    /// <returns>The new revision.</returns>
    public long Remove(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken)
    {
        string operation = $"remove from {name}";
        return segments.Write(operation, (connection, writer) =>
        {
            CollectionRow state = State(connection, operation);
            long revision = state.Revision + 1, removed = 0;
            VectorRows rows = new(segments, id, dimension);
            using SqliteCommand row = rows.Deleting(connection), finding = rows.Finding(connection);
            foreach (ItemId item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                (_, long? own) = VectorRows.FindPlaces(finding, item, digest: 0);
                rows.BindDeletion(row, item, revision);
                if (row.ExecuteNonQuery() == 0)
                    continue;
                if (own is { } place)
                    writer.Release(place);
                removed++;
            }
            (state with { Revision = revision, Live = state.Live - removed }).Update(connection);
            return revision;
        }, cancellationToken);
    }

    /// <summary>Puts a saved index in place, and no longer keeps the marks of deletions that it knows of.</summary>
    /// <param name="revision">Whose rows the index has.</param>
    /// <param name="epoch">What it carries.</param>
    /// <param name="putInPlace">Run within the transaction: no two savers can mix their files and their epochs.</param>
    /// <returns>False, and nothing was done: somebody has saved a newer index, and the marks that this one would need are gone.</returns>
    public bool AdoptSaved(long revision, long epoch, Action putInPlace)
    {
        string operation = $"save the index of {name}";
        return database.Write(operation, connection =>
        {
            CollectionRow state = State(connection, operation);
            if (state.Forgotten > revision)
                return false;
            long newestMark = connection.Scalar<long>(
                "SELECT max(revision) FROM rows WHERE collection = @id AND deleted = 1 AND revision <= @revision", ("@id", id), ("@revision", revision));
            (state with { Epoch = epoch, Forgotten = Math.Max(state.Forgotten, newestMark) }).Update(connection);
            putInPlace();   // last: a kill from here to the commit costs a file that nobody accepts
            return true;
        });
    }

    /// <summary>Deletes the marks of the deletions that nobody needs any more.</summary>
    public void DeleteForgottenMarks() => DeleteInPages($"tidy {name}", """
        DELETE FROM rows WHERE id IN (
            SELECT rows.id FROM rows JOIN collections ON collections.id = rows.collection
            WHERE rows.collection = @id AND deleted = 1 AND rows.revision <= forgotten LIMIT @count)
        """, CancellationToken.None);

    /// <summary>Runs <paramref name="decide"/> while nobody saves an index, if none has been saved since <paramref name="epoch"/>.</summary>
    public void WhileNobodySaves(long epoch, Action decide)
    {
        string operation = $"tidy {name}";
        database.Write(operation, connection =>
        {
            if (State(connection, operation).Epoch == epoch)
                decide();
            return 0;
        });
    }

    /// <summary>Deletes all rows of a collection that has been dropped, and the collection: the end of what <see cref="CollectionRow.IsDropped"/>
    /// began.</summary>
    public void Erase(CancellationToken cancellationToken)
    {
        string operation = $"drop {name}";
        do
            cancellationToken.ThrowIfCancellationRequested();
        while (segments.Write(operation, ErasePage, cancellationToken) > 0);
        database.Write(operation, connection => connection.Execute("DELETE FROM collections WHERE id = @id AND dropped = 1", ("@id", id)));
    }

    /// <summary>Compares the rows that were read with those that there should be.</summary>
    /// <exception cref="VectorStoreException">They are others: the file is damaged.</exception>
    public void ThrowIfNotAll(string operation, long read, CollectionRow state)
    {
        if (read != state.Live)
            throw Damaged(operation, $"{name} has {read} rows that can be read, and {state.Live} were written");
    }

    public Exception Damaged(string operation, string what) => database.Failure(operation, DatabaseFailure.Damaged(what));

    /// <summary>What every use of a dropped collection comes to.</summary>
    public VectorStoreException Gone(string operation) =>
        new(database.Name, operation, $"{name} has been dropped. Open the alias again, or index the items into a new collection.", isTransient: false)
        {
            IsGone = true,
        };

    private CollectionRow State(SqliteConnection connection, string operation) => CollectionRow.Find(connection, id) ?? throw Gone(operation);

    private int ErasePage(SqliteConnection connection, SegmentWriter writer)
    {
        var places = new List<long?>(PageRows);
        using (SqliteCommand erasing = connection.Command("""
            DELETE FROM rows WHERE id IN (SELECT id FROM rows WHERE collection = @id ORDER BY revision, id LIMIT @count) RETURNING vector
            """,
            ("@id", id), ("@count", (long)PageRows)))
        {
            using SqliteDataReader reader = erasing.ExecuteReader();
            while (reader.Read())
                places.Add(reader.IsDBNull(0) ? null : reader.Number(0));
        }
        // Two rows may have pointed at one.
        foreach (long place in places.OfType<long>().Distinct())
            writer.Release(place);
        return places.Count;
    }

    private void DeleteInPages(string operation, string sql, CancellationToken cancellationToken)
    {
        do
            cancellationToken.ThrowIfCancellationRequested();
        while (database.Write(operation, connection => connection.Execute(sql, ("@id", id), ("@count", (long)PageRows))) > 0);
    }
}
