using CsCheck;
using Hybrid.Catalog;
using Hybrid.Cli.Commands;

namespace Hybrid.Tests.Catalog;

public sealed class ItemFileRoundTripTests
{
    // Space around a field is not part of it, and an empty text is none: both are left out here.
    private static readonly Gen<string> Texts =
        Gen.OneOf(
            "a", "Z", "0", " ", "\n", "\t", "\r", "\0", "\u001b[31m", "\u0085", "\u007f", "\"", "\\", "\\u", ",", "|", "{", "}", "<b>&amp;", "'",
            "é", "e\u0301", "降噪", "😀", "👩\u200d👧", "\u202e", "\u2028", "\ufeff")
            .Array[1, 8].Select(parts => "x" + string.Concat(parts) + "y");

    // Names, categories and brands are composed when they are read, so that a filter finds them.
    private static readonly Gen<string> Composed = Texts.Select(ComposedText.Of);

    private static readonly Gen<string> Ids =
        Gen.OneOf("P", "7", "\"", "\\", "é", "中", "😀", " ", "|").Array[1, 8].Select(parts => "i" + string.Concat(parts) + "d");

    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.OneOf("", "id", "ID", "title", "Title", "name", "text", "category", "brand", "price", "in_stock", "vector", "attributes", "sku", "color"),
            Composed);

    private static readonly Gen<AttributeValue> Scalars = Gen.OneOf(
        Texts.Select(text => (AttributeValue)text),
        Gen.OneOf("12.50", "-0.0", "0", "1000000000000000000000", "7", "0.30000000000000004").Select(AttributeValue.OfCell),
        Gen.OneOf("1e-7", "1E5", "5e-324").Select(AttributeValue.OfJsonNumber),
        Gen.OneOf("007", "7E3", "true", "null", "12345678901234567890").Select(text => (AttributeValue)text),
        Gen.Double.Where(double.IsFinite).Select(number => (AttributeValue)number),
        Gen.Bool.Select(truth => (AttributeValue)truth));

    private static readonly Gen<AttributeValue> Values = Gen.Frequency(
        (3, Scalars), (1, Gen.OneOf(Scalars, Gen.Const((AttributeValue)"")).Array[1, 4].Select(elements => AttributeValue.OfList(elements))));

    private static readonly Gen<Item> Items = Gen.Select(
        Ids, Texts, Gen.Frequency((1, Gen.Const("")), (3, Texts)), Composed.Null(), Composed.Null(),
        Gen.Double.Where(double.IsFinite).Nullable(), Gen.Bool.Nullable(), Gen.Dictionary(Names, Values)[0, 6],
        (id, title, text, category, brand, price, inStock, attributes) =>
            new Item(id) { Title = title, Text = text, Category = category, Brand = brand, Price = price, InStock = inStock, Attributes = attributes });

    [Fact]
    public void What_export_writes_import_reads_back_equal_whatever_the_attributes_are_called() =>
        Items.Array[1, 5].Sample(items =>
        {
            string file = string.Concat(items.Select(item => ExportCommand.LineOf(item, new float[] { 1, -0.5f }) + "\n"));
            using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(file));
            var options = new FileReadOptions { OnRejected = row => Assert.Fail($"{row} in {file}") };
            Item[] read = [.. ItemFile.Read(stream, "export.jsonl", options)];
            Assert.Equal(items.Length, read.Length);
            foreach ((Item item, Item back) in items.Zip(read))
            {
                Assert.Equal(item.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal), back.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal));
                Assert.Equal(item.Attributes.Select(a => (a.Key, a.Value.AsWritten)).Order(), back.Attributes.Select(a => (a.Key, a.Value.AsWritten)).Order());
                Assert.Equal(item with { Attributes = back.Attributes }, back);
            }
        }, iter: 500);
}
