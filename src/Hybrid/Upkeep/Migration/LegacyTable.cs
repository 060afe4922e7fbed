using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Upkeep.Migration;

/// <summary>Rows of a CSV or Parquet file with a column of ids and one of vectors.</summary>
internal static class LegacyTable
{
    public static readonly string[] IdColumns = ["id", "key", "item", "item_id", "product_id", "word", "sku"];

    public static readonly string[] VectorColumns = ["vector", "embedding", "emb", "values"];

    private const int Id = 0, Vector = 1;

    public static IEnumerable<KeyedVector> Read(string path, LegacyReading reading, CancellationToken cancellationToken)
    {
        string[] ids = reading.IdColumn is { } id ? [id] : IdColumns;
        string[] vectors = reading.VectorColumn is { } vector ? [vector] : VectorColumns;
        var schema = new DataSchema([ids, vectors], [[ids[0]], [vectors[0]]], []);
        var options = new FileReadOptions
        {
            OnRejected = rejected => throw new DataFileException(path, rejected.Reason, rejected.Line, rejected.Column),
        };
        return DataFile.Read(path, schema, options, (row, _) => Of(row), cancellationToken);
    }

    private static KeyedVector Of(DataRow row)
    {
        // As it is written, spaces too: what an id makes of them is for the inspection to say.
        string key = row.Roles[Id] < 0 ? "" : row.Fields[row.Roles[Id]].Value ?? "";
        if (row.Roles[Vector] < 0)
            return new(key, default);
        DataField vector = row.Fields[row.Roles[Vector]];
        return new(key, vector.Elements is { } elements
            ? elements.Select(element => element.Kind == AttributeKind.Number ? (float)element.Number : LegacyVectors.Number(element.AsWritten)).ToArray()
            : LegacyVectors.ParseNumbers(vector.Value));
    }
}
