using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog;

public sealed class PlainTextTests
{
    [Fact]
    public void What_a_terminal_would_obey_is_replaced_and_the_rest_stays()
    {
        Assert.Equal("\uFFFD[31mred\uFFFD[0m", PlainText.Of("\u001b[31mred\u001b[0m"));
        Assert.Equal("bell\uFFFD nul\uFFFD del\uFFFD csi\uFFFD31m", PlainText.Of("bell\a nul\0 del\u007f csi\u009b31m"));
        Assert.Equal("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe", PlainText.Of("a\u202eb\u202cc\u2066d\u2069e"));
        Assert.Equal("one two three  four", PlainText.Of("one\ntwo\tthree\r\nfour"));
        Assert.Equal("half \uFFFD and \uFFFD", PlainText.Of("half \ud83d and \ude00"));
        Assert.Equal("降噪 🎧 ÀÉ עברית é", PlainText.Of("降噪 🎧 ÀÉ עברית é"));
    }

    [Fact]
    public void A_long_text_is_cut_and_no_character_with_it()
    {
        Assert.Equal("abc", PlainText.Of("abc", most: 3));
        Assert.Equal("abc…", PlainText.Of("abcd", most: 3));
        Assert.Equal("ab…", PlainText.Of("ab😀d", most: 3));
        Assert.Equal("ab\u001b…", PlainText.Shorten("ab\u001bd", most: 3));
    }

    [Fact]
    public void Messages_about_files_hold_nothing_that_a_terminal_would_obey()
    {
        var row = new RejectedRow("\u001b]0;x\a.csv", 2, 1, null, "\u001b[2J", "the field '\u001b[2J' comes twice", "\u001b[2J");
        Assert.Equal("\uFFFD]0;x\uFFFD.csv:2:1: the field '\uFFFD[2J' comes twice", row.ToString());
        Assert.Equal(("\u001b[2J", "\u001b[2J"), (row.Value, row.Raw));   // as they stand in the file
        Assert.Equal("a\uFFFDb.csv:3: there is no column '\uFFFD'", new DataFileException("a\u001bb.csv", "there is no column '\u202e'", 3).Message);
    }
}
