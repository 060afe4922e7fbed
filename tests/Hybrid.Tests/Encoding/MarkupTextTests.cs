using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

public sealed class MarkupTextTests
{
    [Theory]
    [InlineData("<div class=\"product-description\"><ul><li><strong>20 m</strong> garden hose</li></ul></div>", "20 m garden hose")]
    [InlineData("<p>One</p><p>Two</p>", "One Two")]
    [InlineData("One<br>Two<BR/>Three<br />Four", "One Two Three Four")]
    [InlineData("H<sub>2</sub>O and <b>bold</b>ly", "H2O and boldly")]
    [InlineData("<td>12 V</td><td nowrap>3 A</td>", "12 V 3 A")]
    [InlineData("<a href='x.html' title=\"a > b\">Link</a>", "Link")]
    [InlineData("<img alt=\"<b>\" src=x>Seen", "Seen")]
    [InlineData("Before<!-- not <b>this</b> -->After", "BeforeAfter")]
    [InlineData("<![CDATA[<p>Soft &amp; warm</p>]]>", "Soft & warm")]
    [InlineData("<!DOCTYPE html><html><body>Page</body></html>", "Page")]
    [InlineData("<o:p>Word</o:p>", "Word")]
    [InlineData("A<script>if (a<b && c>d) { x = '<p>'; }</script>B", "A B")]
    [InlineData("A<style type=\"text/css\">.a > .b { color: red }</style>B", "A B")]
    public void Tags_go_and_their_words_stay(string text, string plain) => Assert.Equal(plain, MarkupText.Plain(text).Trim());

    [Theory]
    [InlineData("Fish &amp; chips", "Fish & chips")]
    [InlineData("Fish &amp; chips &#8211; caf&eacute;&nbsp;style", "Fish & chips – café\u00a0style")]
    [InlineData("&lt;b&gt;", "<b>")]
    [InlineData("&amp;lt;b&amp;gt;", "&lt;b&gt;")]
    [InlineData("&#x20AC; 5, &#128; 6", "€ 5, € 6")]
    [InlineData("<p>5 &lt; 6</p>", "5 < 6")]
    [InlineData("&copy;2026 R&D, AT&T; &unknown; &copy 2026 ?a=1&reg=2", "©2026 R&D, AT&T; &unknown; &copy 2026 ?a=1&reg=2")]
    public void Entities_become_their_characters_once(string text, string plain) => Assert.Equal(plain, MarkupText.Plain(text).Trim());

    [Theory]
    [InlineData("5 < 6 and a > b")]
    [InlineData("<3 this")]
    [InlineData("I <3 you & me; always")]
    [InlineData("List<int> and Map<string, List<T>>, List<object>")]
    [InlineData("a<b and b>c")]
    [InlineData("x <p or q> y, a <b")]
    [InlineData("<foo> is not HTML, </bar> neither")]
    [InlineData("# Title\n\n* **bold** and `code` <https://example.com> > quote")]
    [InlineData("<- left, -> right, <= less, => arrow, <>")]
    [InlineData("&#; &#x; &; &#99999999999; 100% & more;")]
    [InlineData("<!-- never ends")]
    [InlineData("plain")]
    [InlineData("")]
    public void What_only_looks_like_markup_stays_as_it_is(string text) => Assert.Same(text, MarkupText.Plain(text));

    [Theory]
    [InlineData("<p>A < B and List<int> &amp; <3</p>", "A < B and List<int> & <3")]
    [InlineData("Mastering <script> and <style>", "Mastering  and ")]
    [InlineData("Soft and warm <a href=\"http://exam", "Soft and warm ")]
    [InlineData("Soft and <b>warm</b><br", "Soft and warm")]
    public void Text_among_markup_and_markup_that_was_cut_off_cost_no_words(string text, string plain) =>
        Assert.Equal(Words(plain), Words(MarkupText.Plain(text)));

    /// <summary>Each would take minutes, or the stack, if the time grew with the square of the length or a tree was made.</summary>
    [Theory]
    [InlineData("<", 1_000_000, "")]
    [InlineData("<a ", 300_000, "")]
    [InlineData("<a b", 300_000, ">")]
    [InlineData("<a href=\"", 200_000, "")]
    [InlineData("<p a a=1 ", 200_000, ">")]
    [InlineData("a=1 ", 300_000, "<p>")]
    [InlineData("<div>", 300_000, "</div>")]
    [InlineData("<b><i>", 300_000, "x")]
    [InlineData("<script>", 200_000, "")]
    [InlineData("<style>", 200_000, "</style>")]
    [InlineData("<script></script>", 100_000, "")]
    [InlineData("<!--", 200_000, "-->")]
    [InlineData("<![CDATA[", 100_000, "]]>")]
    [InlineData("</", 500_000, ">")]
    [InlineData("&", 1_000_000, ";")]
    [InlineData("&amp", 300_000, ";")]
    [InlineData("&amp;", 300_000, "")]
    [InlineData("&#1", 300_000, ";")]
    [InlineData("<!doctype", 200_000, ">")]
    [InlineData("<br>", 300_000, "")]
    public void Hostile_texts_take_no_longer_than_others(string part, int times, string end)
    {
        string text = "<p>" + string.Concat(Enumerable.Repeat(part, times)) + end;
        string wrapped = "<p a=" + text;
        Assert.True(MarkupText.Plain(text).Length <= text.Length);
        Assert.True(MarkupText.Plain(wrapped).Length <= wrapped.Length);
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
