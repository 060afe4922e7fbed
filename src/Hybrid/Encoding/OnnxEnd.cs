namespace Hybrid.Encoding;

/// <summary>An input or an output of an ONNX graph.</summary>
/// <param name="Shape">Its sizes, <see cref="OnnxGraph.Open"/> where the graph leaves one open; null: the graph does not say even how many there are.</param>
internal sealed record OnnxEnd(string Name, OnnxType Type, IReadOnlyList<int>? Shape)
{
    public override string ToString() => $"{Name} {Type.ToString().ToLowerInvariant()} [{(Shape is null ? "?" : string.Join(" × ", Shape.Select(Shown)))}]";

    private static string Shown(int size) => size == OnnxGraph.Open ? "?" : $"{size}";
}
