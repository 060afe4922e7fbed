namespace Hybrid.Records.Sqlite;

/// <summary>A row is not what was written; <see cref="Database"/> turns it into the exception of its layer.</summary>
internal sealed class DamagedRowException(string what) : Exception(what);
