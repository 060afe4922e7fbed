using System.IO.Hashing;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

/// <summary>What has the rows of an index, but for their vectors. Immutable.</summary>
internal abstract class RowOrigin
{
    /// <summary>The same for the same id, in every process.</summary>
    public static int HashOf(ReadOnlySpan<byte> utf8) => (int)XxHash3.HashToUInt64(utf8);

    /// <summary>The item's id and what filters read.</summary>
    public abstract Item Fields(int at);

    public abstract ItemId Id(int at);

    public abstract int IdHash(int at);

    public abstract bool HasId(int at, ReadOnlySpan<byte> utf8);

    /// <summary>The <see cref="VectorPlace.Number"/> of the vector, by which it is found again; 0 in an index that is never saved.</summary>
    public abstract long Place(int at);

    public abstract long Sequence(int at);

    public abstract string Fingerprint(int at);
}
