namespace Hybrid.Records.Sqlite;

/// <summary>Which file a <see cref="Database"/> opens, and how.</summary>
/// <param name="Kind">What it is to a reader of its errors: "records", "embedded".</param>
/// <param name="Path">A file, or <see cref="Database.InMemoryPath"/>.</param>
/// <param name="BusyTimeout">How long a write waits for another one, counted in whole seconds, rounded up.</param>
/// <param name="MaxPages">Pages that the file may grow to; SQLite reports the next one as a full disk. For tests.</param>
internal sealed record DatabaseOptions(string Kind, string Path, DatabaseSchema Schema, TimeSpan BusyTimeout, int? MaxPages = null);
