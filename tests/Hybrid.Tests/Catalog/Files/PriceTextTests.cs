using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Tests.Catalog.Files;

public sealed class PriceTextTests
{
    [Theory]
    [InlineData("12.99", 12.99)]
    [InlineData("12.99 USD", 12.99)]
    [InlineData("€ 12,99", 12.99)]
    [InlineData("12,99€", 12.99)]
    [InlineData("$1,249.00", 1249)]
    [InlineData("1.249,00", 1249)]
    [InlineData("1.234.567,89 EUR", 1234567.89)]
    [InlineData("1 249,50 kr", 1249.5)]
    [InlineData("CHF 1'249.50", 1249.5)]
    [InlineData("R$ 5,00", 5)]
    [InlineData("US$12.50", 12.5)]
    [InlineData("12,-", 12)]
    [InlineData("₹1,00,000", 100000)]
    [InlineData("￥1299", 1299)]
    [InlineData("-5.00", -5)]
    [InlineData("-$5.00", -5)]
    [InlineData("1e-05", 0.00001)]
    [InlineData("1,249", 1249)]
    [InlineData("1.249", 1.249)]
    [InlineData("0.999", 0.999)]
    [InlineData("0,999", 0.999)]
    [InlineData("1234.567", 1234.567)]
    public void A_price_is_read_with_its_currency_and_its_thousands(string written, double price) => Assert.Equal(price, PriceText.Parse(written)?.Value);

    [Theory]
    [InlineData("free")]
    [InlineData("12.99 - 15.99")]
    [InlineData("12.99 per piece")]
    [InlineData("1.2.3")]
    [InlineData("1,23,4")]
    [InlineData("12 34")]
    [InlineData("USD")]
    [InlineData("1e999")]
    [InlineData("٣")]
    public void What_is_no_price_is_none(string written) => Assert.Null(PriceText.Parse(written));

    [Fact]
    public void A_column_says_what_a_price_with_three_digits_is()
    {
        Assert.Equal([1249, 12.99, 1500], ReadAll(null, "1.249", "12,99", "1.500"));
        Assert.Equal([1.249, 12.99, 1500], ReadAll(null, "1.249", "12.99", "1,500"));
        Assert.Equal([1.249, 1500], ReadAll(null, "1.249", "1,500"));
        Assert.Equal([1249, 1.5], ReadAll("de-DE", "1.249", "1,500"));
        Assert.Equal([1.249, 1500], ReadAll("en-US", "1.249", "1,500"));
    }

    [Fact]
    public void A_price_that_came_again_is_not_corrected_by_what_it_was_before()
    {
        var column = new PriceColumn(null);
        Assert.Equal(1.249, column.Read("P1", "1.249"));
        Assert.Equal(20.5, column.Read("P1", "20,50"));
        Assert.Empty(column.Corrections);
    }

    [Fact]
    public void A_culture_that_nobody_has_is_refused() =>
        Assert.Contains("de-DE", Assert.Throws<FormatException>(() => new FileReadOptions { Culture = "xx-YY" }).Message, StringComparison.Ordinal);

    private static double[] ReadAll(string? culture, params string[] prices)
    {
        var column = new PriceColumn(culture is null ? null : NumberStyle.Of(culture));
        double[] read = [.. prices.Select((price, i) => column.Read($"P{i}", price)!.Value)];
        foreach ((ItemId item, double price) in column.Corrections)
            read[int.Parse(item.Value[1..], System.Globalization.CultureInfo.InvariantCulture)] = price;
        return read;
    }
}
