using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>Rows of which only the fields count.</summary>
internal static class IvfRows
{
    public static StoredItem Of(Item fields) => new(fields, default);

    /// <summary>Adds a row whose vector is found again by its id.</summary>
    public static void Upsert(this IvfIndex index, Item fields, ReadOnlySpan<float> vector) =>
        index.Upsert(Of(fields), vector.ToArray(), PlaceOf(fields.Id));

    /// <summary>An index as it was saved, with the vectors that another one has.</summary>
    /// <param name="gone">Items whose vectors are no longer there.</param>
    public static IvfIndex Load(byte[] saved, IvfOptions options, IvfIndex vectors, params ItemId[] gone)
    {
        IvfIndex loaded = IvfIndex.Load(SavedFile.Of(saved), options, out _);
        loaded.FindVectors(vectors, gone);
        return loaded;
    }

    public static void FindVectors(this IvfIndex loaded, IvfIndex vectors, params ItemId[] gone)
    {
        var found = vectors.Get([.. vectors.Items.Except(gone)], withVectors: true).Values.ToDictionary(row => PlaceOf(row.Fields.Id), row => row.Vector);
        loaded.FindVectors(place => found.GetValueOrDefault(place));
    }

    // Another one for each item of a test, without a collection to give them out.
    private static long PlaceOf(ItemId item) => (item.Value ?? "").Aggregate(17L, (place, letter) => unchecked(place * 31 + letter)) & long.MaxValue;
}
