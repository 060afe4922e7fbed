using Hybrid.Catalog.Files;

namespace Hybrid.Tests.Catalog.Files;

public sealed class StockWordsTests
{
    [Theory]
    [InlineData("in stock", true)]
    [InlineData("In_Stock", true)]
    [InlineData("https://schema.org/InStock", true)]
    [InlineData("yes", true)]
    [InlineData("ja", true)]
    [InlineData("1", true)]
    [InlineData("12", true)]
    [InlineData("10+", true)]
    [InlineData("out of stock", false)]
    [InlineData("out_of_stock", false)]
    [InlineData("sold out", false)]
    [InlineData("preorder", false)]
    [InlineData("back-order", false)]
    [InlineData("nein", false)]
    [InlineData("0", false)]
    [InlineData("-3", false)]
    [InlineData("maybe", null)]
    [InlineData("NaN", null)]
    public void Shops_say_in_words_and_in_counts_whether_they_have_an_item(string written, bool? there) => Assert.Equal(there, StockWords.Parse(written));
}
