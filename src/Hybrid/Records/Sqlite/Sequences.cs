using Microsoft.Data.Sqlite;

namespace Hybrid.Records.Sqlite;

/// <summary>The counters of a records file: every row that is written gets the next number, and rows are counted.</summary>
internal static class Sequences
{
    /// <summary>Takes numbers, within the transaction that writes the rows.</summary>
    /// <param name="count">How many; 0 takes none.</param>
    /// <returns>The first of them.</returns>
    public static long Take(SqliteConnection connection, long count) =>
        connection.Scalar<long>("UPDATE sequences SET last = last + @count RETURNING last", ("@count", count)) - count + 1;

    /// <summary>SQL for the columns of a waiting row (the last of which is its checksum) and its sequence, as they stand in the table.</summary>
    /// <remarks>SQLite has no exclusive or: of a and b it is (a | b) − (a &amp; b).</remarks>
    /// <param name="sequence">SQL for the row's sequence.</param>
    public static string Sealed(string columns, string sequence) =>
        $"{columns[..columns.LastIndexOf("checksum", StringComparison.Ordinal)]} (checksum | ({sequence})) - (checksum & ({sequence})), {sequence}";

    /// <summary>Notes, within the same transaction, how many rows have come or gone.</summary>
    public static void Count(SqliteConnection connection, long items, long events) =>
        connection.Execute("UPDATE sequences SET items = items + @items, events = events + @events", ("@items", items), ("@events", events));
}
