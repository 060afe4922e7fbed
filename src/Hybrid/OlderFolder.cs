using System.Runtime.InteropServices;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Records;
using Hybrid.Records.Sqlite;
using Hybrid.Vectors;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Hybrid;

/// <summary>Moves a data folder of Hybrid 0.1, which had everything in hybrid.db, over to records.db and vectors.db.</summary>
/// <remarks>
/// <para>The new files are made in a folder beside the old one and then renamed, the records last: until that moment the folder is the old one, from it on
/// the
/// new one. What a killed process leaves, the next one throws away or finishes. Of the vectors the collection in use is moved; the older version is
/// not.</para>
/// <para>The build folder is the last to go, so a folder that has it is ours to tidy up, and one that has records.db and hybrid.db but not that one was put
/// together by somebody else.</para>
/// </remarks>
internal sealed class OlderFolder
{
    /// <summary>The file that had everything.</summary>
    public const string DatabaseName = "hybrid.db";

    private const string OldBehaviorName = "item2vec.bin", BuildFolder = "moving";
    private const long OldApplication = 0x48796272, OldVersion = 1;
    private const int RowsPerBatch = 1_024;

    /// <summary>How long another process may take to move the folder before this one gives up.</summary>
    private const int BusySeconds = 600;

    private readonly HybridOptions _options;
    private readonly ILogger _logger;
    private readonly string _old, _build;

    private OlderFolder(HybridOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _old = Path.Combine(options.DataPath, DatabaseName);
        _build = Path.Combine(options.DataPath, BuildFolder);
    }

    /// <summary>Does nothing where there is no old folder, or where it has been moved.</summary>
    /// <exception cref="RecordsException">The old file cannot be read, or the folder cannot be written; it is as it was.</exception>
    public static async Task MoveOverAsync(HybridOptions options, ILogger logger)
    {
        var folder = new OlderFolder(options, logger);
        try
        {
            if (File.Exists(folder._old))
                await folder.MoveAsync().ConfigureAwait(false);
            else if (Directory.Exists(folder._build))
                folder.TidyUp();   // its last step was cut short
        }
        catch (Exception e) when (e is SqliteException or DamagedRowException or IOException or UnauthorizedAccessException)
        {
            throw new RecordsException($"records {folder._old}", "move over",
                $"the folder was made by an earlier Hybrid, and its data cannot be moved into this one's files ({e.Message}). "
                + "Open it where it can be written and has as much free space again as it takes.",
                isTransient: e is SqliteException sqlite && DatabaseFailure.IsTransient(sqlite), e);
        }
    }

    private async Task MoveAsync()
    {
        // Not made where it is gone: another process may have moved the folder just now.
        var place = new SqliteConnectionStringBuilder { DataSource = _old, Pooling = false, DefaultTimeout = BusySeconds, Mode = SqliteOpenMode.ReadWrite };
        using (var old = new SqliteConnection(place.ConnectionString))
        {
            try
            {
                old.Open();
            }
            catch (SqliteException) when (!File.Exists(_old))
            {
                return;
            }
            // Held throughout: a second process waits here until the first one is done.
            old.Execute($"PRAGMA busy_timeout = {BusySeconds * 1000}; BEGIN IMMEDIATE");
            bool isOurs = Directory.Exists(_build);   // looked at before the file, which goes first
            if (!File.Exists(_old))
                return;
            if (!File.Exists(_options.RecordsPath))
            {
                await BuildAsync(old).ConfigureAwait(false);
            }
            else if (!isOurs)
            {
                _logger.LogWarning("{File} is of an earlier Hybrid and is not read: {Records} is there.", _old, _options.RecordsPath);
                return;
            }
        }
        TidyUp();
        _logger.LogInformation("The data of {Old} have been moved to {Records} and {Vectors}.", _old, _options.RecordsPath, _options.VectorsPath);
    }

    /// <summary>Deletes the old files, and the build folder last.</summary>
    private void TidyUp()
    {
        try
        {
            foreach (string file in (IEnumerable<string>)[_old, .. LogsOf(_old)])
                File.Delete(file);
            if (Directory.Exists(_build))
                Directory.Delete(_build, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only disk space, and perhaps another process is tidying up at this moment; the next one to open the folder tries again.
            _logger.LogWarning(e, "The files of an earlier Hybrid in {Folder} are no longer used, but not all could be deleted.", _options.DataPath);
        }
    }

    private async Task BuildAsync(SqliteConnection old)
    {
        if (old.Scalar<long>("PRAGMA application_id") != OldApplication || old.Scalar<long>("PRAGMA user_version") != OldVersion)
        {
            throw new RecordsException($"records {_old}", "move over",
                "the file is not one of an earlier Hybrid. Move it away, or name another folder.", isTransient: false);
        }
        if (Directory.Exists(_build))
            Directory.Delete(_build, recursive: true);
        string newRecords = Path.Combine(_build, Path.GetFileName(_options.RecordsPath)),
            newVectors = Path.Combine(_build, Path.GetFileName(_options.VectorsPath));
        using (RecordStore records = RecordStore.Open(newRecords))
        {
            using (RecordImport import = records.BeginImport())
            {
                foreach (Item item in Read(old, $"SELECT item, title, text, {StoredFields.Columns} FROM items", ReadItem))
                    import.Add(item);
                foreach (Event happened in Read(old, "SELECT user, item, kind, time, session FROM events ORDER BY id", ReadEvent))
                    import.Add(happened);
                import.Commit();
            }
            await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(newVectors, new EmbeddedStoreOptions { Index = _options.Index });
            if (FindCollection(old) is { } collection)
                await MoveCollectionAsync(old, collection, store, newVectors, records).ConfigureAwait(false);
            UseBehavior(records);
        }
        // Old indexes have the names of new ones, and are of vectors that are gone; a log would be taken for that of the new file.
        string[] leftovers = [.. Directory.GetFiles(_options.DataPath, "*.ivf"), .. LogsOf(_options.VectorsPath), .. LogsOf(_options.RecordsPath)];
        foreach (string file in leftovers)
            File.Delete(file);
        // The vectors and their indexes; before the database, which is not whole without them.
        foreach (string file in Directory.GetFiles(_build, Path.GetFileName(newVectors) + ".*"))
            File.Move(file, Path.Combine(_options.DataPath, Path.GetFileName(file)), overwrite: true);
        // Files that nothing was put into are gone already.
        if (File.Exists(newVectors))
            File.Move(newVectors, _options.VectorsPath, overwrite: true);
        if (File.Exists(newRecords))
            File.Move(newRecords, _options.RecordsPath);   // from here on the folder is the new one
    }

    private static string[] LogsOf(string database) => [database + "-wal", database + "-shm"];

    private void UseBehavior(RecordStore records)
    {
        string file = Path.Combine(_options.DataPath, OldBehaviorName);
        try
        {
            if (File.Exists(file))
                records.UseBehavior(OldBehaviorName, Item2VecModel.Load(file).Space.Hash);
        }
        catch (Item2VecException e)
        {
            _logger.LogWarning(e, "The behaviour model cannot be read and is left behind. Train it again.");
        }
    }

    private async Task MoveCollectionAsync(SqliteConnection old, OldCollection from, EmbeddedVectorStore store, string path, RecordStore records)
    {
        using (var versions = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString))
        {
            versions.Open();
            // So that its name stays.
            versions.Execute("INSERT INTO versions (name, last) VALUES (@name, @last)", ("@name", HybridEngine.ItemsAlias), ("@last", from.Version - 1));
        }
        IVectorCollection to = await store.CreateAsync(HybridEngine.ItemsAlias, NewSpace(from.Space)).ConfigureAwait(false);
        records.Changes.Follow(to.Name);
        var template = new ItemTextTemplate(from.Space.Template);
        string sql = $"""
            SELECT item, fingerprint, '', {StoredFields.Columns}, vector FROM rows JOIN vectors ON row = id WHERE collection = {from.Id} ORDER BY item
            """;
        // A vector that is none any more is made again from the item, which stays to be indexed.
        IEnumerable<OldRow> whole = Read(old, sql, ReadRow).Where(row => row.Vector.Length == to.Space.Dimension && UnitVector.IsUnit(row.Vector));
        foreach (OldRow[] rows in whole.Chunk(RowsPerBatch))
        {
            ItemId[] ids = [.. rows.Select(row => row.Fields.Id)];
            Dictionary<ItemId, DirtyKey> keys = records.Changes.Find(to.Name, ids).ToDictionary(key => key.Item);
            IReadOnlyDictionary<ItemId, Item> items = records.Find(ids);
            await to.UpsertAsync(new ItemBatch(to.Space, [.. rows.Select(row => row.Fields)], rows.SelectMany(row => row.Vector).ToArray(),
                [.. rows.Select(row => row.Fingerprint)], [.. ids.Select(id => keys.GetValueOrDefault(id).Sequence)])).ConfigureAwait(false);
            // What was imported and not indexed before stays to be indexed; the rest is as it should be.
            IEnumerable<OldRow> asTheyShouldBe = rows.Where(row =>
                items.TryGetValue(row.Fields.Id, out Item? item) && CatalogIndexer.Fingerprint(template, item) == row.Fingerprint);
            records.Changes.Clear(to.Name, [.. asTheyShouldBe.Select(row => keys[row.Fields.Id])]);
            records.Changes.Mark(to.Name, [.. ids.Where(id => !items.ContainsKey(id))]);
        }
        records.Changes.NoteComplete(to.Name);
        await to.BuildIndexAsync().ConfigureAwait(false);
        await store.SetAliasAsync(HybridEngine.ItemsAlias, to.Name).ConfigureAwait(false);
        records.UseCollection(to.Name);
        records.NoteAliasFollows(to.Name);
    }

    /// <summary>The space under its new identity where the model in use is the one that made it, otherwise as it is.</summary>
    private VectorSpace NewSpace(VectorSpace space)
    {
        try
        {
            ModelManifest manifest = ModelManifest.Load(ModelFolder.Find(_options.ModelPath ?? ModelFolder.DefaultName));
            return manifest.IsFormerIdentity(space) ? manifest.SpaceFor(new ItemTextTemplate(space.Template)) : space;
        }
        catch (ModelException e)
        {
            _logger.LogWarning(e, "The model cannot be read, so the vectors keep the identity that they have.");
            return space;
        }
    }

    private static OldCollection? FindCollection(SqliteConnection old) => Read(old, $"""
        SELECT id, version, model, hash, dimension, kind, template FROM collections
        WHERE id = (SELECT collection FROM aliases WHERE alias = '{HybridEngine.ItemsAlias}') AND name = '{HybridEngine.ItemsAlias}'
        """, ReadCollection).FirstOrDefault();

    private static OldCollection ReadCollection(SqliteDataReader reader) => new(reader.GetInt64(0), reader.GetInt64(1), new VectorSpace(
        reader.GetString(2), reader.GetString(3), reader.GetInt32(4), Enum.Parse<VectorSpaceKind>(reader.GetString(5)), reader.GetString(6)));

    private static IEnumerable<T> Read<T>(SqliteConnection old, string sql, Func<SqliteDataReader, T> row)
    {
        using SqliteCommand command = old.Command(sql);
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
            yield return row(reader);
    }

    private static Item ReadItem(SqliteDataReader reader) => new(new ItemId(reader.TextOrEmpty(0)))
    {
        Title = reader.TextOrEmpty(1),
        Text = reader.TextOrEmpty(2),
        Category = reader.Text(3),
        Brand = reader.Text(4),
        Price = reader.IsDBNull(5) ? null : reader.GetDouble(5),
        InStock = reader.IsDBNull(6) ? null : reader.GetInt64(6) != 0,
        Attributes = reader.IsDBNull(7) ? new Dictionary<string, AttributeValue>()
            : StoredAttributes.Read(System.Text.Encoding.UTF8.GetBytes(reader.TextOrEmpty(7)), name => name),
    };

    private static Event ReadEvent(SqliteDataReader reader) => new(reader.TextOrEmpty(0), reader.TextOrEmpty(1), reader.TextOrEmpty(2),
        reader.IsDBNull(3) ? null : new DateTimeOffset(reader.GetInt64(3), TimeSpan.Zero), reader.Text(4));

    private static OldRow ReadRow(SqliteDataReader reader) =>
        new(ReadItem(reader) with { Title = "", Text = "" }, reader.TextOrEmpty(1), MemoryMarshal.Cast<byte, float>(reader.GetFieldValue<byte[]>(8)).ToArray());

    private readonly record struct OldRow(Item Fields, string Fingerprint, float[] Vector);

    private sealed record OldCollection(long Id, long Version, VectorSpace Space);
}
