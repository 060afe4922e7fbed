using System.Globalization;
using CsCheck;
using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog;

public sealed class AttributeValueTests
{
    [Theory]
    [InlineData("2024", 2024)]
    [InlineData("-3", -3)]
    [InlineData("0", 0)]
    [InlineData("12.50", 12.5)]
    [InlineData("0.000", 0)]
    [InlineData("9007199254740992", 9007199254740992)]
    [InlineData("0.30000000000000004", 0.30000000000000004)]
    [InlineData("1000000000000000000000", 1e21)]
    public void A_cell_in_plain_digits_is_a_number_and_keeps_its_text(string cell, double number)
    {
        AttributeValue value = AttributeValue.OfCell(cell);
        Assert.Equal((AttributeKind.Number, number), (value.Kind, value.Number));
        Assert.Equal((cell, cell), (value.AsWritten, value.ToString()));
    }

    [Theory]
    [InlineData("007")]
    [InlineData("7E3")]
    [InlineData("1e3")]
    [InlineData("12345678901234567890")]
    [InlineData("9007199254740993")]
    [InlineData("3.14159265358979323846")]
    [InlineData("+5")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData(" 5")]
    [InlineData("1,000")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1.2.3")]
    [InlineData("1\u0663")]   // a digit, to Unicode
    [InlineData("True")]
    [InlineData("")]
    public void A_cell_whose_text_a_number_would_lose_is_text(string cell)
    {
        AttributeValue value = AttributeValue.OfCell(cell);
        Assert.Equal((AttributeKind.Text, cell, cell), (value.Kind, value.Text, value.AsWritten));
    }

    [Theory]
    [InlineData("1e-7", AttributeKind.Number)]
    [InlineData("1E+5", AttributeKind.Number)]
    [InlineData("-0", AttributeKind.Number)]
    [InlineData("12.50", AttributeKind.Number)]
    [InlineData("5e-324", AttributeKind.Number)]
    [InlineData("12345678901234567890", AttributeKind.Text)]
    [InlineData("1.23456789e-320", AttributeKind.Text)]
    [InlineData("1e400", AttributeKind.Text)]
    [InlineData("1e-400", AttributeKind.Text)]
    public void A_JSON_number_is_one_unless_a_double_loses_digits(string token, AttributeKind kind)
    {
        AttributeValue value = AttributeValue.OfJsonNumber(token);
        Assert.Equal((kind, token), (value.Kind, value.AsWritten));
    }

    [Fact]
    public void Every_double_comes_back_from_its_text_and_every_short_decimal_keeps_its_digits()
    {
        Gen.Double.Where(double.IsFinite).Sample(number =>
        {
            AttributeValue value = number;
            Assert.Equal(value, AttributeValue.OfJsonNumber(value.AsWritten));
        });
        Gen.Select(Gen.Long[-999_999_999_999_999, 999_999_999_999_999], Gen.Int[0, 20]).Sample((digits, places) =>
        {
            string text = decimal.Round(digits / (decimal)Math.Pow(10, places), places).ToString($"F{places}", CultureInfo.InvariantCulture);
            AttributeValue value = AttributeValue.OfCell(text);
            Assert.Equal((AttributeKind.Number, text), (value.Kind, value.AsWritten));
        });
    }

    [Fact]
    public void Values_are_equal_when_they_are_of_one_kind_and_written_alike()
    {
        Assert.Equal(12.5, AttributeValue.OfCell("12.5"));
        Assert.NotEqual(12.5, AttributeValue.OfCell("12.50"));
        Assert.Equal(AttributeValue.OfCell("12.50"), AttributeValue.OfCell("12.50"));
        Assert.NotEqual<AttributeValue>("12.5", AttributeValue.OfCell("12.5"));
        Assert.NotEqual<AttributeValue>("true", AttributeValue.OfCell("true"));
        Assert.Throws<ArgumentOutOfRangeException>(() => (AttributeValue)double.NaN);
    }

    [Fact]
    public void Lists_are_equal_when_their_elements_are_in_kind_and_order()
    {
        AttributeValue list = AttributeValue.OfList(["a", 2, true]);
        Assert.Equal((AttributeKind.List, "a|2|true"), (list.Kind, list.AsWritten));
        Assert.Equal(["a", 2, true], list.Elements);
        Assert.Equal(AttributeValue.OfList(["a", 2, true]), list);
        Assert.Equal(AttributeValue.OfList(["a", 2, true]).GetHashCode(), list.GetHashCode());
        Assert.NotEqual(AttributeValue.OfList(["a", "2", true]), list);
        Assert.NotEqual(AttributeValue.OfList([2, "a", true]), list);
        Assert.NotEqual<AttributeValue>("a|2|true", list);
        Assert.NotEqual(AttributeValue.OfList(["a|b"]), AttributeValue.OfList(["a", "b"]));
        Assert.Empty(AttributeValue.OfList([]).Elements);
    }

    [Fact]
    public void A_list_holds_no_lists()
    {
        var refusal = Assert.Throws<ArgumentException>(() => AttributeValue.OfList([AttributeValue.OfList(["a"])]));
        Assert.Contains("no lists", refusal.Message, StringComparison.Ordinal);
    }
}
