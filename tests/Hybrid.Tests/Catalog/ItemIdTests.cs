using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog;

public sealed class ItemIdTests
{
    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("a\tb", "control character U+0009")]
    [InlineData("a\u0085b", "control character U+0085")]
    public void What_cannot_be_an_id_is_refused_with_the_reason(string value, string reason)
    {
        var refusal = Assert.Throws<ArgumentException>(() => new ItemId(value));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.False(ItemId.TryParse(value, null, out _));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_and_a_whole_one_is_not()
    {
        foreach (string half in (string[])["a\ud83d", "a\ud83db", "\ude00"])   // not as data of a theory: attributes are stored as UTF-8
            Assert.Contains("half of a surrogate pair", Assert.Throws<ArgumentException>(() => new ItemId(half)).Message, StringComparison.Ordinal);
        Assert.Equal("a😀b", new ItemId("a😀b").Value);
    }

    [Fact]
    public void An_id_may_have_100_UTF8_bytes_and_no_more()
    {
        string longest = new('é', 50);
        Assert.Equal(longest, new ItemId(longest).Value);
        Assert.Contains("102 UTF-8 bytes", Assert.Throws<ArgumentException>(() => new ItemId(longest + "é")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" P1 ", "P1")]
    [InlineData("P1\u00a0", "P1")]
    [InlineData("\ufeffP1\u200b", "P1")]
    [InlineData("Cafe\u0301", "Café")]
    public void Spellings_that_look_alike_are_one_id(string spelling, string form)
    {
        Assert.Equal(new ItemId(form), new ItemId(spelling));
        Assert.Equal(form, new ItemId(spelling).Value);
        Assert.Equal(spelling, new Item(form) { IdAsGiven = spelling }.IdAsGiven);
    }

    [Fact]
    public void Zeros_case_and_what_stands_within_an_id_count()
    {
        ItemId[] ids = ["7", "007", "a", "A", "a b", "ab", "7.0"];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Throws<ArgumentException>(() => new Item("P1") { IdAsGiven = "P2" });
        Assert.Throws<ArgumentException>(() => new ItemId(" \u200b "));
    }

    [Fact]
    public void Ids_order_by_their_UTF8_bytes_whatever_the_culture()
    {
        ItemId[] ids = ["b", "😀", "B", "a", "ｱ", "Ä"];
        Assert.Equal(["B", "a", "b", "Ä", "ｱ", "😀"], ids.Order().Select(id => id.Value));
    }

    [Fact]
    public void A_refused_text_is_shown_without_what_a_terminal_would_obey_and_not_in_full_length()
    {
        string message = Assert.Throws<ArgumentException>(() => new ItemId("\u001b[31m" + new string('x', 100_000))).Message;
        Assert.StartsWith("'\uFFFD[31mxxx", message, StringComparison.Ordinal);
        Assert.True(message.Length < 300, message);
    }
}
