namespace Hybrid.Upkeep.Migration;

/// <summary>What in a file of vectors is what, where the file does not say it itself.</summary>
public sealed record LegacyReading
{
    /// <summary>The ids of an .npy file's rows: a file with one a line, or an .npy file of texts or whole numbers. Null: there is none.</summary>
    public string? Ids { get; init; }

    /// <summary>The column of the ids in CSV, JSON and Parquet.</summary>
    /// <value>Default null: id, key, item, item_id, product_id, word or sku.</value>
    public string? IdColumn { get; init; }

    /// <summary>The column of the vectors: a list of numbers, or a text of them, "[0.1, 0.2]".</summary>
    /// <value>Default null: vector, embedding, emb or values.</value>
    public string? VectorColumn { get; init; }
}
