using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>Rows of which only the fields count.</summary>
internal static class IvfRows
{
    public static StoredItem Of(Item fields) => new(fields, default);

    /// <summary>A row as an index that is loaded asks for it: with the vector that another index has.</summary>
    public static StoredItem Of(Item fields, IvfIndex vectors) =>
        new(fields, vectors.Get([fields.Id], withVectors: true).TryGetValue(fields.Id, out StoredItem row) ? row.Vector : default);

    public static void Upsert(this IvfIndex index, Item fields, ReadOnlySpan<float> vector) => index.Upsert(Of(fields), vector.ToArray());
}
