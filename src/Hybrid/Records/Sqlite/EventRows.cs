using Hybrid.Behavior;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records.Sqlite;

/// <summary>Events as rows: of the table itself, and of the one in which an import waits.</summary>
internal sealed class EventRows
{
    public const string Columns = "user, item, kind, time, session, request, id, checksum";

    /// <summary>The same of the table, whose checksums take in the sequence: a row keeps its place.</summary>
    public const string Stored = $"{Columns}, events.sequence, {Item}";

    /// <summary>The catalogue's item that an event is on: 101 where the log says 101.0 and the catalogue knows only 101; else what the log says.</summary>
    /// <remarks>So pandas writes a column of whole numbers of which one is missing. Asked when the log is read, because either may come first.</remarks>
    public const string Item = """
        CASE WHEN events.item GLOB '[0-9]*.0' AND events.item NOT IN (SELECT items.item FROM items)
            THEN coalesce((SELECT items.item FROM items WHERE items.item = substr(events.item, 1, length(events.item) - 2)), events.item)
            ELSE events.item END
        """;

    /// <summary>SQL that ends an INSERT: an event whose id is there already is left out.</summary>
    public const string OncePerId = "ON CONFLICT (id) WHERE id IS NOT NULL DO NOTHING";

    public const string Parameters = "@user, @item, @kind, @time, @session, @request, @id, @checksum";

    // Users, items and kinds repeat; each is held once.
    private readonly StoredFields _shared = new();

    private long _last;

    /// <param name="reader">At a row of <see cref="Stored"/>.</param>
    public Event Read(SqliteDataReader reader)
    {
        string user = _shared.Shared(reader.TextOrEmpty(0)), item = _shared.Shared(reader.TextOrEmpty(1)), kind = _shared.Shared(reader.TextOrEmpty(2));
        long? time = reader.IsDBNull(3) ? null : reader.Number(3);
        string? session = _shared.Shared(reader.Text(4)), request = reader.Text(5), id = reader.Text(6);
        AddToChecksum(user, item, kind, time, session, request, id);
        _shared.Verify(reader, checksum: 7, $"an event of user '{user}'", sequence: reader.Number(8));
        DateTimeOffset? when = time is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        return new Event(user, _shared.Shared(reader.TextOrEmpty(9)), kind, when, session, request) { Id = id };
    }

    /// <summary>The next of rows that are sorted by user and sequence.</summary>
    /// <exception cref="DamagedRowException">It is the one before it.</exception>
    public Event ReadNext(SqliteDataReader reader)
    {
        Event happened = Read(reader);
        long sequence = reader.Number(8);
        if (sequence == _last)
            throw new DamagedRowException($"an event of user '{happened.User}' is there twice in the place of another");
        _last = sequence;
        return happened;
    }

    public static SqliteCommand Writing(SqliteConnection connection, string sql) => connection.Command(sql,
        ("@user", null), ("@item", null), ("@kind", null), ("@time", null), ("@session", null), ("@request", null), ("@id", null),
        ("@checksum", null));

    /// <param name="sequence">0 for a row that gets its sequence later, by <see cref="Sequences.Sealed"/>.</param>
    public void Bind(SqliteCommand command, Event happened, long sequence = 0)
    {
        long? time = happened.Time?.UtcTicks;
        AddToChecksum(happened.User.Value, happened.Item.Value, happened.Kind, time, happened.Session, happened.Request, happened.Id);
        command.Set("@user", happened.User.Value);
        command.Set("@item", happened.Item.Value);
        command.Set("@kind", happened.Kind);
        command.Set("@time", time);
        command.Set("@session", happened.Session);
        command.Set("@request", happened.Request);
        command.Set("@id", happened.Id);
        command.Set("@checksum", _shared.Checksum.Take() ^ sequence);
    }

    /// <exception cref="ArgumentException">It names no user or no item.</exception>
    public static void ThrowIfIncomplete(Event happened)
    {
        if (happened.User == default)
            throw new ArgumentException($"An event on the item '{happened.Item}' has no user.", nameof(happened));
        if (happened.Item == default)
            throw new ArgumentException($"An event of user '{happened.User}' has no item.", nameof(happened));
    }

    private void AddToChecksum(string user, string item, string kind, long? time, string? session, string? request, string? id)
    {
        _shared.Checksum.Add(user).Add(item).Add(kind).Add(time).Add(session).Add(request);
        if (id is not null)   // rows of an earlier Hybrid, which had none, keep their checksums
            _shared.Checksum.Add(id);
    }
}
