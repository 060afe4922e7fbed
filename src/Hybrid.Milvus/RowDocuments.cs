using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Indexing.Filters;
using Hybrid.Records.Sqlite;

namespace Hybrid.Milvus;

/// <summary>What of an item is kept as JSON on a server, and how it is read again.</summary>
internal static class RowDocuments
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ReadOnlyMemory<byte> Empty = "{}"u8.ToArray();

    /// <summary>The attributes as they are: {"color":"red","watt":15}.</summary>
    public static ReadOnlyMemory<byte> Attributes(Item item) =>
        StoredAttributes.Write(item.Attributes) is { } json ? System.Text.Encoding.UTF8.GetBytes(json) : Empty;

    /// <summary>The attributes by the kinds of their values, and the parts of the category: what <see cref="RowSchema"/> has paths into.</summary>
    /// <example>{"t":{"color":"red","watt":"15","tags":"a|b"},"n":{"watt":15},"c":{"tags":2},"ts":{"tags":["a","b"]},
    /// "categories":["audio"],"category_count":1}</example>
    public static ReadOnlyMemory<byte> Filters(Item item)
    {
        if (item.Attributes.Count == 0 && item.Category is null)
            return Empty;
        (string Name, AttributeValue Value)[] attributes = [.. item.Attributes
            .Select(attribute => (Name: ComposedText.Of(attribute.Key), attribute.Value)).DistinctBy(attribute => attribute.Name)];
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            Write("t", _ => true, value => writer.WriteStringValue(ComposedText.Of(value.AsWritten)));
            Write("n", value => value.Kind == AttributeKind.Number, WriteElement);
            Write("b", value => value.Kind == AttributeKind.Boolean, WriteElement);
            Write("c", value => value.Kind == AttributeKind.List, value => writer.WriteNumberValue(value.Elements.Count));
            foreach (AttributeKind kind in (AttributeKind[])[AttributeKind.Text, AttributeKind.Number, AttributeKind.Boolean])
            {
                Write($"{RowSchema.LetterOf(kind)}s", value => value.Kind == AttributeKind.List && value.Elements.Any(element => element.Kind == kind), value =>
                {
                    writer.WriteStartArray();
                    foreach (AttributeValue element in value.Elements)
                    {
                        if (element.Kind == kind)
                            WriteElement(element);
                    }
                    writer.WriteEndArray();
                });
            }
            if (item.Category is { } category)
            {
                string[] parts = ComposedText.Of(category).Split(FilterField.CategorySeparator, StringSplitOptions.TrimEntries);
                writer.WriteStartArray("categories");
                foreach (string part in parts)
                    writer.WriteStringValue(part);
                writer.WriteEndArray();
                writer.WriteNumber("category_count", parts.Length);
            }
            writer.WriteEndObject();

            void Write(string bucket, Func<AttributeValue, bool> belongs, Action<AttributeValue> write)
            {
                (string Name, AttributeValue Value)[] some = Array.FindAll(attributes, attribute => belongs(attribute.Value));
                if (some.Length == 0)
                    return;
                writer.WriteStartObject(bucket);
                foreach ((string name, AttributeValue value) in some)
                {
                    writer.WritePropertyName(name);
                    write(value);
                }
                writer.WriteEndObject();
            }

            void WriteElement(AttributeValue value)
            {
                if (value.Kind == AttributeKind.Number)
                    writer.WriteRawValue(value.Number.ToString("R", CultureInfo.InvariantCulture));   // 2.0 as 2: a server compares whole numbers as such
                else if (value.Kind == AttributeKind.Boolean)
                    writer.WriteBooleanValue(value.IsTrue);
                else
                    writer.WriteStringValue(ComposedText.Of(value.Text));
            }
        }
        return buffer.WrittenMemory;
    }

    /// <summary>What the columns do not give back as it was: letters that were not composed, and numbers like 12.50. "" for nearly every item.</summary>
    public static string Written(Item item)
    {
        string? category = item.Category is { } c && ComposedText.Of(c) != c ? c : null, brand = item.Brand is { } b && ComposedText.Of(b) != b ? b : null;
        bool isWritten = item.Attributes.Values.Any(IsWrittenOtherwise);
        return category is null && brand is null && !isWritten ? "" : JsonSerializer.Serialize(
            new WrittenItem(category, brand, isWritten ? StoredAttributes.Write(item.Attributes) : null), RowJson.Default.WrittenItem);
    }

    /// <param name="attributes">Of <see cref="Attributes"/>, as the server sent it back.</param>
    /// <param name="written">Of <see cref="Written"/>.</param>
    public static Item Read(Item item, ReadOnlyMemory<byte> attributes, string written)
    {
        WrittenItem? kept = written.Length == 0 ? null : JsonSerializer.Deserialize(written, RowJson.Default.WrittenItem);
        item = item with { Category = kept?.Category ?? item.Category, Brand = kept?.Brand ?? item.Brand };
        if (kept?.Attributes is { } exact)
            return item with { Attributes = StoredAttributes.Read(System.Text.Encoding.UTF8.GetBytes(exact), name => name) };
        Dictionary<string, AttributeValue> read = StoredAttributes.Read(attributes.Span, name => name);
        if (read.Count == 0)
            return item;
        // A server may write a number as it likes; those whose form matters are kept apart.
        foreach ((string name, AttributeValue value) in read)
            read[name] = Shortest(value);
        return item with { Attributes = read };
    }

    private static AttributeValue Shortest(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Number => value.Number,
        AttributeKind.List => AttributeValue.OfList(value.Elements.Select(Shortest)),
        _ => value,
    };

    private static bool IsWrittenOtherwise(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Number => value != value.Number,
        AttributeKind.List => value.Elements.Any(IsWrittenOtherwise),
        _ => false,
    };
}
