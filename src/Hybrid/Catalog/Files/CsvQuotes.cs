namespace Hybrid.Catalog.Files;

/// <summary>What a quote means in a record of separated fields.</summary>
internal enum CsvQuotes
{
    /// <summary>RFC 4180: a field in quotes, with its own quotes doubled.</summary>
    Doubled,

    /// <summary>A field in quotes, with its own quotes and backslashes behind a backslash, as MySQL and Spark write them.</summary>
    Backslashed,

    /// <summary>A character like any other.</summary>
    None,
}
