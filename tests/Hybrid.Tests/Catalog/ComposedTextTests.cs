using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog;

public sealed class ComposedTextTests
{
    [Theory]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("\u00e9", "\u00e9")]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("\u212b", "\u00c5")]   // Ångström's sign
    [InlineData("a\u0323\u0302", "\u1ead")]
    [InlineData("a\u0302\u0323", "\u1ead")]   // marks in the other order
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("a\u0315\u0300", "\u00e0\u0315")]   // over a mark of another class
    [InlineData("a\u0300\u0300", "\u00e0\u0300")]
    [InlineData("\u0958", "\u0915\u093c")]   // never composed
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("\u1112\u1161\u11ab", "\ud55c")]   // Hangul
    [InlineData("\ud55c\u1161", "\ud55c\u1161")]
    [InlineData("か\u3099", "が")]
    [InlineData("\uFB01", "\uFB01")]   // ﬁ is only like fi
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\U000110A5\U000110BA", "\U000110AB")]
    [InlineData("😀\ud83d", "😀\ud83d")]   // half a pair stays
    public void Letters_are_composed_as_Unicode_has_it(string text, string composed)
    {
        Assert.Equal(composed, ComposedText.Of(text));
        Assert.Equal(composed, ComposedText.Of(ComposedText.Apart(text)));
        Assert.Same(composed, ComposedText.Of(composed));
    }

    [Fact]
    public void Taken_apart_a_letter_stands_before_its_marks() =>
        Assert.Equal("e\u0301 \u1112\u1161\u11ab", ComposedText.Apart("\u00e9 \ud55c"));
}
