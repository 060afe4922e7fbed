using System.Runtime.InteropServices;

namespace Hybrid.Tests.Encoding;

/// <summary>Writes tiny networks as ONNX files, field by field as onnx.proto numbers them.</summary>
internal static class OnnxFile
{
    public const int Float = 1, Int64 = 7, Half = 10;

    /// <summary>A model of one graph.</summary>
    public static byte[] Model(byte[][] nodes, byte[][] weights, byte[][] inputs, byte[][] outputs) => Joined(
        Number(1, 8),   // the format's version
        Bytes(7, Joined([.. nodes.Select(n => Bytes(1, n)), Text(2, "tiny"), .. weights.Select(w => Bytes(5, w)), .. inputs.Select(i => Bytes(11, i)),
            .. outputs.Select(o => Bytes(12, o))])),
        Bytes(8, Joined(Text(1, ""), Number(2, 17))));

    /// <param name="output">Or several, commas between.</param>
    public static byte[] Node(string operation, string[] inputs, string output, params byte[][] attributes) => Joined(
        [.. inputs.Select(i => Text(1, i)), Joined([.. output.Split(',').Select(o => Text(2, o))]), Text(4, operation),
            .. attributes.Select(a => Bytes(5, a))]);

    /// <summary>An attribute that is a whole number.</summary>
    public static byte[] Attribute(string name, long value) => Joined(Text(1, name), Number(3, value), Number(20, 2));

    public static byte[] Weight(string name, long[] shape, float[] values) =>
        Joined([.. shape.Select(size => Number(1, size)), Number(2, Float), Text(8, name), Bytes(9, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())]);

    public static byte[] Weight(string name, long[] shape, long[] values) =>
        Joined([.. shape.Select(size => Number(1, size)), Number(2, Int64), Text(8, name), Bytes(9, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())]);

    /// <summary>An input or output; a size of −1 is left open.</summary>
    public static byte[] End(string name, int type, params long[] shape) => Joined(Text(1, name), Bytes(2, Bytes(1, Joined(
        Number(1, type),
        Bytes(2, Joined([.. shape.Select(size => Bytes(1, size < 0 ? Text(2, "n") : Number(1, size)))]))))));

    private static byte[] Number(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    private static byte[] Text(int field, string value) => Bytes(field, System.Text.Encoding.UTF8.GetBytes(value));

    private static byte[] Bytes(int field, byte[] value) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)value.Length), .. value];

    private static byte[] Joined(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
