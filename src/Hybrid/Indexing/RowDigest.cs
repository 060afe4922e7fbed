using System.IO.Hashing;
using System.Runtime.InteropServices;
using Hybrid.Catalog;

namespace Hybrid.Indexing;

/// <summary>128 bits of all that a row holds: two rows that differ anywhere have two.</summary>
internal static class RowDigest
{
    /// <summary>Of id, sequence, fingerprint, fields and, where it was read, the vector to the bit; not of a title, which not every store keeps.</summary>
    public static UInt128 Of(StoredItem row)
    {
        using var bytes = new MemoryStream(256);
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
            Write(writer, row);   // each text with its length before it, so that no two rows look alike
        var hash = new XxHash128();
        hash.Append(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        hash.Append(MemoryMarshal.AsBytes(row.Vector.Span));
        return hash.GetCurrentHashAsUInt128();
    }

    private static void Write(BinaryWriter writer, StoredItem row)
    {
        Item fields = row.Fields;
        writer.Write(fields.Id.Value);
        writer.Write(row.Sequence);
        writer.Write(row.Fingerprint);
        WriteText(writer, fields.Category);
        WriteText(writer, fields.Brand);
        writer.Write(fields.Price is { } price ? price + 0.0 : double.NaN);   // -0 is 0
        writer.Write((byte)(fields.InStock switch { null => 2, true => 1, false => 0 }));
        foreach ((string name, AttributeValue value) in fields.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            writer.Write(name);
            WriteValue(writer, value);
        }
    }

    private static void WriteText(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        writer.Write(text ?? "");
    }

    private static void WriteValue(BinaryWriter writer, AttributeValue value)
    {
        writer.Write((byte)value.Kind);
        if (value.Kind != AttributeKind.List)
        {
            writer.Write(value.AsWritten);
            return;
        }
        writer.Write(value.Elements.Count);
        foreach (AttributeValue element in value.Elements)
            WriteValue(writer, element);
    }
}
