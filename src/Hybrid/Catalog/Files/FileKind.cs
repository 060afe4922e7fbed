namespace Hybrid.Catalog.Files;

/// <summary>What a file is, by its first bytes and never by its name.</summary>
internal enum FileKind
{
    Text,
    Gzip,
    Zip,
    Parquet,
}
