using CsCheck;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Filters;

namespace Hybrid.Tests.Indexing.Filters;

public sealed class LikePatternTests
{
    [Theory]
    [InlineData("_", "😀", true)]
    [InlineData("_", "é", true)]
    [InlineData("__", "😀", false)]
    [InlineData("%_%_%", "😀", false)]
    [InlineData("%__", "a😀", true)]
    [InlineData("😀%_b", "😀😀b", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("%", "", true)]
    [InlineData("%%", "a\nb", true)]
    [InlineData("a%a", "a", false)]
    [InlineData("a%a", "aa", true)]
    [InlineData("%ab_d%", "ababcd", true)]
    [InlineData("%_a_%", "a", false)]
    [InlineData("%_a_%", "bab", true)]
    [InlineData("50\\%", "50%", true)]
    [InlineData("50\\%", "50x", false)]
    [InlineData("a\\_b", "a_b", true)]
    [InlineData("a\\_b", "axb", false)]
    [InlineData("a\\\\%", "a\\b", true)]
    [InlineData("a\\", "a\\", true)]
    [InlineData("a\\b", "a\\b", true)]
    public void A_pattern_fits_what_it_says(string pattern, string text, bool fits) => Assert.Equal(fits, new LikePattern(pattern).Matches(text));

    [Fact]
    public void It_matches_what_a_table_of_all_prefixes_matches()
    {
        // Few letters, so that most places are nearly one; those of one and of two chars.
        Gen<string> pattern = Gen.OneOf("a", "b", "😀", "\\", "%", "%", "_", "\\%", "\\_", "\\\\").Array[0, 12].Select(string.Concat);
        Gen<string> text = Gen.OneOf("a", "a", "b", "😀", "\uD83D", "\uDE00", "\\", "%", "_").Array[0, 20].Select(string.Concat);
        Gen.Select(pattern, text).Sample((p, t) => new LikePattern(p).Matches(t) == ByTable(p, t), iter: 100_000);
    }

    [Fact]
    public void Thousands_of_wildcards_are_a_pattern_like_any_other()
    {
        string text = new('a', 100_000);
        Assert.True(Like(new string('%', 2_000), "x"));
        Assert.True(Like(string.Concat(Enumerable.Repeat("%a", 30_000)), text));
        Assert.False(Like(string.Concat(Enumerable.Repeat("%a", 30_000)) + "b", text));
        Assert.False(Like(string.Concat(Enumerable.Repeat("%a_a", 15_000)) + "b%", text));
        Assert.True(Like(new string('_', 2_000) + "%", text));
        Assert.False(Like(new string('_', 2_000), text));
        Assert.True(Like("%" + new string('_', 2_000) + "a", text));

        static bool Like(string pattern, string text) => Filter.Parse($"category like \"{pattern}\"").Matches(new Item("P1") { Category = text });
    }

    [Fact]
    public void A_part_to_be_looked_for_has_a_bounded_number_of_single_wildcards()
    {
        string Pattern(int singles) => "category like \"%a" + new string('_', singles) + "b%\"";
        Assert.True(Filter.Parse(Pattern(256)).Matches(new Item("P1") { Category = "xa" + new string('c', 256) + "by" }));
        var refusal = Assert.Throws<FilterException>(() => Filter.Parse(Pattern(257)));
        Assert.Equal(15, refusal.Column);
        Assert.Contains("257 _ among the letters between two %, and 256 is the most", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_match_allocates_nothing()
    {
        Filter filter = Filter.Parse(
            "category like '%b_d%' and id not in ['P2', 'P3'] and (price < 5 or attributes['color'] == 'blue') and not exists attributes['x']");
        var item = new Item("P1") { Category = "abcde", Price = 7, Attributes = new Dictionary<string, AttributeValue> { ["color"] = "blue" } };
        Assert.True(filter.Matches(item));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
            filter.Matches(item);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>The textbook way: reached[j] says whether the pattern so far fits the first j code points.</summary>
    private static bool ByTable(string pattern, string text)
    {
        string[] characters = Characters(text);
        string[] tokens = Characters(pattern);
        bool[] reached = new bool[characters.Length + 1];
        reached[0] = true;
        for (int i = 0; i < tokens.Length; i++)
        {
            bool any = tokens[i] == "%", one = tokens[i] == "_";
            if (tokens[i] == "\\" && i + 1 < tokens.Length && tokens[i + 1] is "%" or "_" or "\\")
                i++;
            bool[] next = new bool[reached.Length];
            for (int j = 0; j < next.Length; j++)
                next[j] = any ? reached[j] || j > 0 && next[j - 1] : j > 0 && reached[j - 1] && (one || characters[j - 1] == tokens[i]);
            reached = next;
        }
        return reached[^1];
    }

    private static string[] Characters(string text)
    {
        var characters = new List<string>();
        for (int i = 0; i < text.Length; i += characters[^1].Length)
            characters.Add(text.Substring(i, i + 1 < text.Length && char.IsSurrogatePair(text, i) ? 2 : 1));
        return [.. characters];
    }
}
