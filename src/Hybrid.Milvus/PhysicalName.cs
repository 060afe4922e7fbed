using System.Globalization;
using Hybrid.Indexing;

namespace Hybrid.Milvus;

/// <summary>What a collection is called on the server, whose names have no '@': products@3 is products_v3.</summary>
internal static class PhysicalName
{
    private const string Mark = "_v";

    public static string Of(CollectionName name) => string.Create(CultureInfo.InvariantCulture, $"{name.Base}{Mark}{name.Version}");

    public static bool TryParse(string physical, out CollectionName name)
    {
        int mark = physical.LastIndexOf(Mark, StringComparison.Ordinal);
        name = default;
        return mark > 0 && CollectionName.TryParse($"{physical[..mark]}@{physical[(mark + Mark.Length)..]}", out name) && Of(name) == physical;
    }

    /// <exception cref="ArgumentException">It is no name, or one that a version of another collection may have on the server.</exception>
    public static void ThrowIfNotBase(string name, string parameter)
    {
        CollectionName.ThrowIfNotBase(name, parameter);
        if (TryParse(name, out CollectionName other))
            throw new ArgumentException($"'{name}' is what {other} is called on a Milvus server: choose a name that does not end in "
                + $"{Mark}{other.Version}.", parameter);
    }
}
