namespace Hybrid.Milvus.Client;

/// <summary>Rows to be written.</summary>
/// <param name="Columns">One for each field, all of one length; the key among them.</param>
public sealed record WriteRequest(string Collection, IReadOnlyList<Column> Columns);
