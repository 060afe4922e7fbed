using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog;

public sealed class ComposedTextTests
{
    [Theory]
    [InlineData("e\u0301", "é")]
    [InlineData("Cafe\u0301 au lait", "Café au lait")]
    [InlineData("\u1100\u1161\u11a8", "각")]
    [InlineData("か\u3099", "が")]
    [InlineData("\u212b", "Å")]
    [InlineData("q\u0323\u0307", "q\u0323\u0307")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("ﬁ Ａ", "ﬁ Ａ")]
    [InlineData("half \ud83d of a pair", "half \ud83d of a pair")]
    public void Letters_are_composed_and_nothing_else_is_changed(string text, string composed) => Assert.Equal(composed, ComposedText.Of(text));

    [Fact]
    public void What_is_composed_comes_back_as_the_same_object()
    {
        foreach (string text in (string[])["P100", "降噪耳机", "Müller", "Товар", "日本語の", "각", "😀"])
            Assert.Same(text, ComposedText.Of(text));
    }

    // The runtime composes nothing under InvariantGlobalization; the marks that follow a letter are what a composition has taken in.
    [Fact]
    public void A_letter_with_its_mark_is_one_character_for_all_of_Latin_and_Cyrillic()
    {
        for (char c = '\u00C0'; c < '\u0250'; c++)
            Assert.Equal($"x{c}", ComposedText.Of($"x{c}"));
        Assert.Equal("й", ComposedText.Of("и\u0306"));
        Assert.Equal(1, ComposedText.Of("a\u0302\u0301").EnumerateRunes().Count());
    }
}
