using Hybrid.Indexing;

namespace Hybrid.Tests.Indexing.Filters;

public sealed class FilterExceptionTests
{
    [Theory]
    [InlineData("category == \"\u001b[31m\u0085\u202e\u2066\u2028\" x")]
    [InlineData("\u001b == 3")]
    [InlineData("\u202e == 3")]
    [InlineData("category == \"\\\u001b\"")]
    [InlineData("price == \"\u001b]0;title\u0007\"")]
    [InlineData("price == \"\u202edrow\"")]
    public void A_message_holds_nothing_that_steers_a_terminal(string expression)
    {
        string[] lines = Assert.Throws<FilterException>(() => Filter.Parse(expression)).Message.Split(Environment.NewLine);
        Assert.Equal(3, lines.Length);
        Assert.DoesNotContain(
            string.Concat(lines),
            c => char.IsControl(c) || c is >= '\u2028' and <= '\u202e' or >= '\u2066' and <= '\u2069');
    }

    [Fact]
    public void A_message_holds_no_half_of_a_surrogate_pair()
    {
        string emoji = string.Concat(Enumerable.Repeat("😀", 60));
        string[] malformed =
        [
            "😀", "a\uD83D", "\uDE00", "category == \"\\😀\"", $"price == \"{emoji}\"", $"price == \"a{emoji}\"",
            $"'{emoji}' ? '{emoji}'", $"'a{emoji}' ? 'a{emoji}'",
        ];
        Assert.All(malformed, expression =>
        {
            string message = Assert.Throws<FilterException>(() => Filter.Parse(expression)).Message;
            Assert.DoesNotContain('\uFFFD', expression.Contains("😀", StringComparison.Ordinal) ? message : "");
            new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(message);
        });
    }

    [Theory]
    [InlineData("category == \"audio\" ?", 20)]
    [InlineData("category == \"日本語\" ?", 21)]
    [InlineData("category == \"ｶﾅ\" ?", 17)]
    [InlineData("category == \"😀😀\" ?", 19)]
    [InlineData("category == \"e\u0301\u200d\" ?", 16)]
    [InlineData("category == \"한글\"\t?", 19)]
    public void The_caret_stands_under_the_place_also_behind_wide_characters(string expression, int columns)
    {
        var refusal = Assert.Throws<FilterException>(() => Filter.Parse(expression));
        Assert.Equal(expression.Length, refusal.Column);
        Assert.Equal(new string(' ', columns + 2) + "^", refusal.Message.Split(Environment.NewLine)[2]);
    }

    [Fact]
    public void A_message_is_short_however_long_the_expression()
    {
        string name = new('x', 60_000);
        string[] malformed = [name + " == 3", $"price == {new string('9', 60_000)}", $"price == \"{name}\"", $"category == {name}", $"category == \"{name}"];
        Assert.All(malformed, expression => Assert.InRange(Assert.Throws<FilterException>(() => Filter.Parse(expression)).Message.Length, 50, 400));
    }

    [Fact]
    public void It_can_be_made_by_others_for_any_place()
    {
        Assert.All((int[])[-5, 0, 1, 4, 99], column => Assert.Contains("abc", new FilterException("abc", column, "no").Message, StringComparison.Ordinal));
        Assert.Contains('^', new FilterException("", 1, "it is empty").Message);
    }
}
