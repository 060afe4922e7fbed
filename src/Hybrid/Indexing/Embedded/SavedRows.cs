using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Records.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>The rows of a cell as they were saved; each is read when somebody asks for it.</summary>
/// <remarks>A row: its length, the hash of its id int32 (<see cref="RowOrigin.HashOf"/>), its place int64, its id, fingerprint and sequence, which fields it
/// has (<see cref="Parts"/>), and these: the numbers of category and brand among the <see cref="SavedTexts"/>, the price as a double, the attributes as
/// <see cref="StoredAttributes"/>. Texts, lengths and other numbers as a <see cref="BinaryWriter"/> writes them: in seven bits a byte.</remarks>
internal sealed class SavedRows(ReadOnlyMemory<byte> bytes, SavedTexts texts) : RowOrigin
{
    // Behind the length, which is where a row is said to be.
    private const int PlaceAt = sizeof(int), IdAt = PlaceAt + sizeof(long);

    // A length, an id of one letter, an empty fingerprint, no sequence, no part.
    private const int LeastBytes = 1 + IdAt + 5;

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Category = 1,
        Brand = 2,
        Price = 4,
        InStock = 8,
        OutOfStock = 16,
        Attributes = 32,
    }

    public static bool CanBe(long rows, long bytes) => bytes >= LeastBytes * rows;

    public static InvalidDataException Damaged(string reason) => new($"The saved index is damaged: {reason}. Rebuild it.");

    /// <param name="cell">No row of it is dead.</param>
    /// <param name="texts">Takes up categories and brands.</param>
    public static byte[] Write(IvfCell cell, SavedTexts texts)
    {
        using MemoryStream bytes = new(), one = new();
        using BinaryWriter writer = new(bytes), ofOne = new(one);
        for (int row = 0; row < cell.Length; row++)
        {
            one.SetLength(0);
            Write(ofOne, cell[row], texts);
            writer.Write7BitEncodedInt((int)one.Length);
            writer.Write(one.GetBuffer(), 0, (int)one.Length);
        }
        return bytes.ToArray();
    }

    /// <summary>So many rows, without vectors, and nothing behind them.</summary>
    /// <exception cref="InvalidDataException">The bytes are something else.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // as RowPlaces
    public IndexedRow[] ToRows(int count)
    {
        var rows = new IndexedRow[count];
        var reader = new SavedBytes(bytes.Span);
        for (int row = 0; row < count; row++)
        {
            int length = reader.Length();
            rows[row] = new(this, bytes.Length - reader.Left, default);
            if (reader.Take(length).Length < LeastBytes - 1)
                throw Damaged("a row of it is too short");
        }
        return reader.Left == 0 ? rows : throw Damaged($"{reader.Left} bytes are left over after the rows of a cell");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // as RowPlaces
    public override int IdHash(int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[at..]);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // as RowPlaces
    public override long Place(int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[(at + PlaceAt)..]);

    public override bool HasId(int at, ReadOnlySpan<byte> utf8) => From(at).Utf8().SequenceEqual(utf8);

    public override ItemId Id(int at)
    {
        SavedBytes row = From(at);
        return IdOf(ref row);
    }

    public override string Fingerprint(int at)
    {
        SavedBytes row = From(at);
        row.Utf8();
        return row.Text();
    }

    public override long Sequence(int at)
    {
        SavedBytes row = From(at);
        row.Utf8();
        row.Utf8();
        return row.Number();
    }

    public override Item Fields(int at)
    {
        SavedBytes row = From(at);
        ItemId id = IdOf(ref row);
        row.Utf8();
        row.Number();
        var parts = (Parts)row.Byte();
        string? category = parts.HasFlag(Parts.Category) ? texts[row.Length()] : null, brand = parts.HasFlag(Parts.Brand) ? texts[row.Length()] : null;
        double? price = parts.HasFlag(Parts.Price) ? row.Double() : null;
        if (price is { } number && !double.IsFinite(number))
            throw Damaged("it holds what is not a price");
        var item = new Item(id)
        {
            Category = category,
            Brand = brand,
            Price = price,
            InStock = parts.HasFlag(Parts.InStock) ? true : parts.HasFlag(Parts.OutOfStock) ? false : null,
        };
        return parts.HasFlag(Parts.Attributes) ? item with { Attributes = AttributesOf(row.Utf8()) } : item;
    }

    private Dictionary<string, AttributeValue> AttributesOf(ReadOnlySpan<byte> saved)
    {
        try
        {
            return StoredAttributes.Read(saved, texts.Shared);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)   // no JSON, no UTF-8, no number
        {
            throw Damaged($"it holds what are not attributes ({e.Message})");
        }
    }

    private static ItemId IdOf(ref SavedBytes row) =>
        ItemId.TryParse(row.Text(), null, out ItemId id) ? id : throw Damaged("it holds what is not an item id");

    private static void Write(BinaryWriter writer, in IndexedRow row, SavedTexts texts)
    {
        Item item = row.Peek;
        writer.Write(row.IdHash);
        writer.Write(row.Place);
        writer.Write(item.Id.Value);
        writer.Write(row.Fingerprint);
        writer.Write7BitEncodedInt64(row.Sequence);
        string? attributes = StoredAttributes.Write(item.Attributes);
        Parts parts = (item.Category is not null ? Parts.Category : 0) | (item.Brand is not null ? Parts.Brand : 0)
            | (item.Price is not null ? Parts.Price : 0) | (attributes is not null ? Parts.Attributes : 0)
            | item.InStock switch { true => Parts.InStock, false => Parts.OutOfStock, null => 0 };
        writer.Write((byte)parts);
        if (item.Category is { } category)
            writer.Write7BitEncodedInt(texts.NumberOf(category));
        if (item.Brand is { } brand)
            writer.Write7BitEncodedInt(texts.NumberOf(brand));
        if (item.Price is { } price)
            writer.Write(price);
        if (attributes is not null)
            writer.Write(attributes);
    }

    private SavedBytes From(int at) => new(bytes.Span[(at + IdAt)..]);
}
