namespace Hybrid.Records.Sqlite;

/// <summary>The tables of records.db.</summary>
internal static class RecordTables
{
    /// <summary>The codes in the titles of what is indexed. A file may lack it until it is indexed: it came later, and is made again from the
    /// items.</summary>
    public const string Codes = """
        CREATE TABLE IF NOT EXISTS codes (code TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (code, item)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS codes_by_item ON codes (item);
        """;

    /// <summary>Of each fitted source, and of the log that they were fitted to, its file: a part of what readers are to use now. A file may lack it until
    /// something is fitted.</summary>
    public const string Sources = "CREATE TABLE IF NOT EXISTS sources (name TEXT PRIMARY KEY, file TEXT NOT NULL) WITHOUT ROWID;";

    /// <summary>Migrations, each change of one, how the vectors of spaces are made, what was written into collections, and what was shown. A file lacks them
    /// until a
    /// migration is planned.</summary>
    public const string Migrations = """
        CREATE TABLE IF NOT EXISTS migrations (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, stage TEXT NOT NULL, share INTEGER NOT NULL, paused INTEGER NOT NULL,
            since TEXT NOT NULL, plan TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, old TEXT, new TEXT);
        CREATE TABLE IF NOT EXISTS migration_steps (
            id INTEGER PRIMARY KEY AUTOINCREMENT, migration TEXT NOT NULL, time TEXT NOT NULL, stage TEXT NOT NULL, share INTEGER NOT NULL, why TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS recipes (space TEXT PRIMARY KEY, recipe TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS ledgers (target TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS written (target TEXT NOT NULL, item TEXT NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (target, item)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS impressions (
            id INTEGER PRIMARY KEY, migration TEXT NOT NULL, request TEXT NOT NULL, user TEXT, variant TEXT NOT NULL, items TEXT NOT NULL,
            snapshot INTEGER NOT NULL, time INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS impressions_by_user ON impressions (user);
        CREATE TABLE IF NOT EXISTS shadows (
            id INTEGER PRIMARY KEY AUTOINCREMENT, migration TEXT NOT NULL, time INTEGER NOT NULL, stratum TEXT NOT NULL, overlap REAL NOT NULL,
            rank_overlap REAL NOT NULL, score_shift REAL, old_ms REAL NOT NULL, new_ms REAL NOT NULL);
        CREATE TABLE IF NOT EXISTS migration_alphas (
            migration TEXT NOT NULL, place INTEGER NOT NULL, collection TEXT NOT NULL, since TEXT, PRIMARY KEY (migration, place)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS intents (store TEXT PRIMARY KEY, space TEXT NOT NULL, there TEXT NOT NULL) WITHOUT ROWID;

        """;

    /// <summary>Columns that tables of migrations have got since they were first made; a file of an earlier Hybrid lacks them until it is written.</summary>
    public static readonly (string Table, string Column, string Type)[] LaterColumns =
    [
        ("migration_steps", "differing", "INTEGER"),
        ("migration_steps", "verdict", "TEXT"),
        ("impressions", "teams", "TEXT"),
        ("shadows", "popularity", "TEXT"),
    ];

    private const string Stores = """
        CREATE TABLE stores (name TEXT PRIMARY KEY, collection TEXT NOT NULL, alias_follows INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        """;

    // With item and kind, so that what a user's events say of items is read from some pages of the index, and not from as many pages of the table as there are
    // events.
    private const string EventsByUser = "CREATE INDEX events_by_user ON events (user, time, sequence, item, kind);";

    // A file of an earlier Hybrid has no such column: events had no ids.
    private const string EventIds = "CREATE UNIQUE INDEX events_by_id ON events (id) WHERE id IS NOT NULL;";

    private const string Streams = """
        CREATE TABLE dead_letters (
            number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, source TEXT NOT NULL, line INTEGER, content TEXT NOT NULL, reason TEXT NOT NULL);
        CREATE TABLE streams (source TEXT PRIMARY KEY, offset INTEGER NOT NULL, lines INTEGER NOT NULL) WITHOUT ROWID;
        """;

    // sequence: one counter for all rows of the file; a row that is written again gets a new one. In events it is also the order of the log.
    // items, events: how many rows there are, because a lost row has no checksum. last_of_items: moves with every change of an item.
    // complete: whether the target has ever taken everything.
    // given: the item's id as its file writes it, where that is not what it is matched by.
    // time: UTC ticks of 100 ns since year 1, or NULL.
    // id: of an event, given by whoever sends it; NULL where they give none.
    // dirty: for each target (a collection) the items that changed since it last took them; whether the item is still there, items says.
    // snapshot: one row, what readers are to use now; its revision counts the switches of stores, too.
    // dead_letters: what came to be an event and is none, with the reason.
    // streams: how far each file that is followed has been taken.
    // migration_steps: differing, rows that a comparison of all found different; verdict, what a comparison of both collections came to; else NULL.
    // stores: of each vector store, by its name, the collection that readers are to use; '' is the embedded one, beside this file.
    public static readonly DatabaseSchema Schema = new(Application: 0x48796252 /* "HybR" */, Version: 5, $"""
        CREATE TABLE sequences (last INTEGER NOT NULL, last_of_items INTEGER NOT NULL, items INTEGER NOT NULL, events INTEGER NOT NULL);
        INSERT INTO sequences (last, last_of_items, items, events) VALUES (0, 0, 0, 0);
        CREATE TABLE items (
            item TEXT PRIMARY KEY, given TEXT, title TEXT NOT NULL, text TEXT NOT NULL,
            category TEXT, brand TEXT, price REAL, in_stock INTEGER, attributes TEXT,
            sequence INTEGER NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE events (
            sequence INTEGER PRIMARY KEY, user TEXT NOT NULL, item TEXT NOT NULL, kind TEXT NOT NULL, time INTEGER, session TEXT, request TEXT,
            id TEXT, checksum INTEGER NOT NULL);
        {EventsByUser}
        {EventIds}
        CREATE TABLE targets (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, complete INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE dirty (
            target INTEGER NOT NULL REFERENCES targets (id), item TEXT NOT NULL, sequence INTEGER NOT NULL,
            PRIMARY KEY (target, item)) WITHOUT ROWID;
        CREATE TABLE snapshot (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL, behavior_file TEXT, behavior_hash TEXT);
        INSERT INTO snapshot (id, revision) VALUES (1, 0);
        {Stores}
        {Streams}
        """, [
            "ALTER TABLE items ADD COLUMN given TEXT;",
            $"""
            {Stores}
            INSERT INTO stores (name, collection, alias_follows) SELECT '', collection, alias_follows FROM snapshot WHERE collection IS NOT NULL;
            ALTER TABLE snapshot DROP COLUMN collection;
            ALTER TABLE snapshot DROP COLUMN alias_follows;
            """,
            $"""
            ALTER TABLE events ADD COLUMN id TEXT;
            {EventIds}
            {Streams}
            """,
            $"""
            DROP INDEX IF EXISTS events_by_user;
            {EventsByUser}
            """,
        ]);
}
