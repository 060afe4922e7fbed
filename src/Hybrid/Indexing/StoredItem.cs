using Hybrid.Catalog;

namespace Hybrid.Indexing;

/// <summary>A row of a collection.</summary>
/// <param name="Fields">The item's id and what filters read; title and text are the records'.</param>
/// <param name="Vector">[d], as it was written; empty when it was not asked for.</param>
/// <param name="Sequence">Of the record that the row was made from, as it was written; 0 where the writer had none.</param>
/// <param name="Fingerprint">What the row was made from, as it was written; "" where the writer had none.</param>
public readonly record struct StoredItem(Item Fields, ReadOnlyMemory<float> Vector, long Sequence = 0, string Fingerprint = "");
