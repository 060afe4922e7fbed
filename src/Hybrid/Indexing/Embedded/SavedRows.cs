using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Hybrid.Catalog;
using Hybrid.Records.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>Rows as a saved index has them: all but their vectors, of which it has the places.</summary>
/// <remarks>
/// <para>A row: which fields it has (<see cref="Parts"/>), place and sequence int64, then as far as it has them its fingerprint, the numbers of category and
/// brand among the texts, the price as a double, and its attributes as <see cref="StoredAttributes"/>; last its id. Texts in UTF-8 behind their length; lengths
/// and numbers in seven bits a byte, as <see cref="BinaryWriter"/> writes them.</para>
/// <para>Categories and brands repeat: they are numbered, and each is saved once, in <see cref="Texts"/>.</para>
/// </remarks>
internal sealed class SavedRows
{
    // Parts, place, sequence, and an id of one letter.
    private const int LeastBytes = 1 + 2 * sizeof(long) + 2;

    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Fingerprint = 1,
        Category = 2,
        Brand = 4,
        Price = 8,
        InStock = 16,
        OutOfStock = 32,
        Attributes = 64,
    }

    /// <summary>How many there are.</summary>
    public int Count => _texts.Count;

    public static bool CanBe(long rows, long bytes) => bytes >= LeastBytes * rows;

    /// <summary>The rows of a cell, none of them dead.</summary>
    public byte[] Write(IvfCell cell)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        for (int row = 0; row < cell.Length; row++)
            Write(writer, cell[row]);
        return bytes.ToArray();
    }

    /// <summary>The texts of what was written so far.</summary>
    public byte[] Texts()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        _texts.ForEach(writer.Write);
        return bytes.ToArray();
    }

    /// <param name="texts">As <see cref="Texts"/> gave them.</param>
    /// <exception cref="InvalidDataException">They are something else.</exception>
    public static SavedRows WithTexts(ReadOnlySpan<byte> texts, int count)
    {
        var rows = new SavedRows();
        var reader = new Reader(texts);
        for (int i = 0; i < count; i++)
            rows._texts.Add(reader.Text());
        reader.ThrowIfNotAtEnd();
        return rows;
    }

    /// <summary>The rows of a cell, without vectors; from several threads at a time.</summary>
    /// <param name="rows">[rows]: is filled.</param>
    /// <param name="names">Keeps each name of an attribute once; of this thread.</param>
    /// <exception cref="InvalidDataException">They are something else.</exception>
    // Optimised at once, with what is called once a row: all rows are read before the runtime would find out that it is worth it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(ReadOnlySpan<byte> bytes, Span<IndexedRow> rows, StoredFields names)
    {
        var reader = new Reader(bytes);
        for (int row = 0; row < rows.Length; row++)
            rows[row] = Read(ref reader, names);
        reader.ThrowIfNotAtEnd();
    }

    public static InvalidDataException Damaged(string reason) => new($"The saved index is damaged: {reason}. Rebuild it.");

    private void Write(BinaryWriter writer, in IndexedRow row)
    {
        Item item = row.Fields;
        string? attributes = StoredAttributes.Write(item.Attributes);
        Parts parts = (row.Fingerprint.Length > 0 ? Parts.Fingerprint : 0) | (item.Category is not null ? Parts.Category : 0)
            | (item.Brand is not null ? Parts.Brand : 0) | (item.Price is not null ? Parts.Price : 0) | (attributes is not null ? Parts.Attributes : 0)
            | item.InStock switch { true => Parts.InStock, false => Parts.OutOfStock, null => 0 };
        writer.Write((byte)parts);
        writer.Write(row.Place);
        writer.Write(row.Sequence);
        if (row.Fingerprint.Length > 0)
            writer.Write(row.Fingerprint);
        if (item.Category is { } category)
            writer.Write7BitEncodedInt(NumberOf(category));
        if (item.Brand is { } brand)
            writer.Write7BitEncodedInt(NumberOf(brand));
        if (item.Price is { } price)
            writer.Write(price);
        if (attributes is not null)
            writer.Write(attributes);
        writer.Write(item.Id.Value);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private IndexedRow Read(ref Reader reader, StoredFields names)
    {
        var parts = (Parts)reader.Byte();
        long place = reader.Int64(), sequence = reader.Int64();
        string fingerprint = parts.HasFlag(Parts.Fingerprint) ? reader.Text() : "";
        string? category = parts.HasFlag(Parts.Category) ? TextOf(ref reader) : null, brand = parts.HasFlag(Parts.Brand) ? TextOf(ref reader) : null;
        double? price = parts.HasFlag(Parts.Price) ? BitConverter.Int64BitsToDouble(reader.Int64()) : null;
        if (price is { } number && !double.IsFinite(number))
            throw Damaged("it holds what is not a price");
        ReadOnlySpan<byte> attributes = parts.HasFlag(Parts.Attributes) ? reader.Utf8() : default;
        if (!ItemId.TryParse(reader.Text(), null, out ItemId id))
            throw Damaged("it holds what is not an item id");
        var item = new Item(id)
        {
            Category = category,
            Brand = brand,
            Price = price,
            InStock = parts.HasFlag(Parts.InStock) ? true : parts.HasFlag(Parts.OutOfStock) ? false : null,
        };
        if (!attributes.IsEmpty)
            item = item with { Attributes = StoredAttributes.Read(attributes, name => names.Shared(name)) };
        return new(item, default, place, sequence, fingerprint);
    }

    private int NumberOf(string text)
    {
        if (!_numbers.TryGetValue(text, out int number))
        {
            number = _texts.Count;
            _texts.Add(text);
            _numbers.Add(text, number);
        }
        return number;
    }

    private string TextOf(ref Reader reader) => reader.Length() is var number && number < _texts.Count ? _texts[number]
        : throw Damaged($"a row has text {number} of {_texts.Count}");

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public byte Byte() => Take(1)[0];

        public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

        public int Length()
        {
            int length = 0;
            for (int shift = 0; shift < 32; shift += 7)
            {
                byte next = Byte();
                length |= (next & 127) << shift;
                if (next < 128)
                    return length >= 0 ? length : throw Damaged("it holds a length below 0");
            }
            throw Damaged("it holds a length of more than 32 bits");
        }

        public ReadOnlySpan<byte> Utf8() => Take(Length());

        public string Text() => System.Text.Encoding.UTF8.GetString(Utf8());

        public readonly void ThrowIfNotAtEnd()
        {
            if (!_rest.IsEmpty)
                throw Damaged($"{_rest.Length} bytes are left over after the rows of a cell, or after its texts");
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > _rest.Length)
                throw Damaged("the rows of a cell, or its texts, end before they should");
            ReadOnlySpan<byte> taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
