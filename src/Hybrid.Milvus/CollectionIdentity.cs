using System.Text.Json.Serialization;
using Hybrid.Vectors;

namespace Hybrid.Milvus;

/// <summary>What a collection of Hybrid says of itself in its properties.</summary>
/// <param name="Maker">Drawn anew for each collection: one of the same name that was made meanwhile has another.</param>
/// <param name="Schema">Of <see cref="RowSchema"/>.</param>
internal sealed record CollectionIdentity(string Maker, int Schema, string Model, string Hash, int Dimension, VectorSpaceKind Kind, string Template)
{
    /// <summary>The property that holds it.</summary>
    public const string Property = "hybrid.collection";

    public const int CurrentSchema = 1;

    [JsonIgnore]
    public VectorSpace Space => new(Model, Hash, Dimension, Kind, Template);

    public static CollectionIdentity Of(VectorSpace space) => new(
        Guid.NewGuid().ToString("N"), CurrentSchema, space.Model, space.Hash, space.Dimension, space.Kind, space.Template);
}
