using System.Text.Json;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

/// <summary>What came by a stream to be an event and is none, with the reason; the last ones.</summary>
/// <remarks>Threads: every member may be called concurrently.</remarks>
internal sealed class DeadLetters(Database database)
{
    /// <summary>How many are kept: a stream that is wrong throughout must not fill the disk.</summary>
    public const int Most = 10_000;

    /// <summary>How much is kept of one.</summary>
    public const int MostCharacters = 4_096;

    private const string Operation = "keep dead letters";

    public long Count => database.Read(Operation, connection => connection.Scalar<long>("SELECT count(*) FROM dead_letters"));

    /// <summary>Keeps some, in one transaction; the oldest go where there are too many.</summary>
    public void Add(IReadOnlyCollection<DeadLetter> letters)
    {
        if (letters.Count > 0)
            database.Write(Operation, connection => Add(connection, letters));
    }

    /// <summary>Likewise, within a transaction.</summary>
    public static int Add(SqliteConnection connection, IReadOnlyCollection<DeadLetter> letters)
    {
        if (letters.Count == 0)
            return 0;
        using SqliteCommand command = connection.Command(
            "INSERT INTO dead_letters (time, source, line, content, reason) VALUES (@time, @source, @line, @content, @reason)",
            ("@time", 0L), ("@source", ""), ("@line", null), ("@content", ""), ("@reason", ""));
        foreach (DeadLetter letter in letters)
        {
            command.Set("@time", letter.Time.UtcTicks);
            command.Set("@source", letter.Source);
            command.Set("@line", letter.Line);
            command.Set("@content", PlainText.Shorten(letter.Content, MostCharacters));
            command.Set("@reason", letter.Reason);
            command.ExecuteNonQuery();
        }
        return connection.Execute("DELETE FROM dead_letters WHERE number <= (SELECT max(number) FROM dead_letters) - @most", ("@most", (long)Most));
    }

    /// <summary>The newest, the last one first.</summary>
    public IReadOnlyList<DeadLetter> Read(int count) => database.Read(Operation, connection => ReadFrom(connection, count));

    /// <summary>Takes those out that name a user, within the transaction that erases the user's events.</summary>
    public static long Erase(SqliteConnection connection, UserId user)
    {
        long erased = 0;
        foreach (DeadLetter letter in ReadFrom(connection, int.MaxValue).Where(letter => Names(letter.Content, user) || Names(letter.Reason, user)))
            erased += connection.Execute("DELETE FROM dead_letters WHERE number = @number", ("@number", letter.Number));
        return erased;
    }

    private static List<DeadLetter> ReadFrom(SqliteConnection connection, int count)
    {
        using SqliteCommand command = connection.Command(
            "SELECT number, time, source, line, content, reason FROM dead_letters ORDER BY number DESC LIMIT @count", ("@count", (long)count));
        using SqliteDataReader reader = command.ExecuteReader();
        var letters = new List<DeadLetter>();
        while (reader.Read())
        {
            letters.Add(new(reader.Number(0), new DateTimeOffset(reader.Number(1), TimeSpan.Zero), reader.TextOrEmpty(2),
                reader.IsDBNull(3) ? null : reader.Number(3), reader.TextOrEmpty(4), reader.TextOrEmpty(5)));
        }
        return letters;
    }

    // As it is written, and as it is read: "\u00e9" names é, too.
    private static bool Names(string text, UserId user) => IdText.IsNamedIn(text, user.Value)
        || ReadTexts(text).Any(read => IdText.IsNamedIn(read, user.Value));

    private static IEnumerable<string> ReadTexts(string json)
    {
        if (!json.Contains('\\', StringComparison.Ordinal))
            return [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? [.. document.RootElement.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.String).Select(field => $"{field.Value}")]
                : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return [];   // no JSON, or half of a pair of surrogates in it
        }
    }
}
