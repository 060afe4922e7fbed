using Hybrid.Catalog;
using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

public sealed class ItemTextTemplateTests
{
    [Theory]
    [InlineData("Aero 3", "Light and silent.", "audio/headphones", "Sonora", "Aero 3. audio headphones Sonora Light and silent.")]
    [InlineData("Aero 3", "", "audio", null, "Aero 3. audio")]
    [InlineData("Aero 3", "", null, null, "Aero 3")]
    [InlineData("", "Light and silent", null, "Sonora", "Sonora Light and silent")]
    [InlineData("", "", null, "Sonora", "Sonora")]
    [InlineData("", "", "  ", "", "")]
    [InlineData(" Aero 3 ", "\tLight\n", " audio ", " Sonora ", "Aero 3. audio Sonora Light")]
    [InlineData("Toy Story", "A cowboy doll", "Adventure|Animation", null, "Toy Story. Adventure Animation A cowboy doll")]
    [InlineData("Chair", "Oak", "Home_garden > Chairs, oak; Sci-Fi", null, "Chair. Home garden Chairs oak Sci-Fi")]
    [InlineData("Ready?", "Go", null, null, "Ready? Go")]
    [InlineData("Made by Sonora Inc.", "Go", null, null, "Made by Sonora Inc. Go")]
    [InlineData("Chair", "", "/|", "Oak", "Chair. Oak")]
    public void The_default_template_joins_what_is_there(string title, string text, string? category, string? brand, string expected) =>
        Assert.Equal(expected, TextOf(ItemTextTemplate.Default, title, text, category, brand));

    [Theory]
    [InlineData("Sonora Aero 3", "Silent", null, "sonora", "Sonora Aero 3. Silent")]
    [InlineData("Aero", "Silent headphones", "HEADPHONES", null, "Aero. Silent headphones")]
    [InlineData("Aero 3", "Aero 3 is silent", null, null, "Aero 3 is silent")]
    [InlineData("Aero 3", "Aero 3 is silent", "audio", null, "Aero 3. audio is silent")]
    [InlineData("Toy Story", "Toy Story - (1995). Comedy.", "Comedy", null, "Toy Story - (1995). Comedy.")]
    [InlineData("Toy Story", "Toy Story (1995). Comedy, War.", "Comedy|War", null, "Toy Story (1995). Comedy, War.")]
    [InlineData("Toy Story", "Toy Story - a doll", "War", null, "Toy Story. War a doll")]
    [InlineData("Desk", "Warsaw", "War", "oak", "Desk. War oak Warsaw")]
    [InlineData("Aero 3", "AERO 3.", "audio", null, "Aero 3. audio")]
    [InlineData("Aero", "Aerosol can", "audio", null, "Aero. audio Aerosol can")]
    [InlineData("aero 3", "Aero 3", null, null, "Aero 3")]
    [InlineData("Aero", "Aerosol can", null, null, "Aero. Aerosol can")]
    [InlineData("Algae cleaner", "", null, "LG", "Algae cleaner. LG")]
    [InlineData("Headphones", "", "audio/headphones", null, "Headphones. audio headphones")]
    [InlineData("小米手机", "", "手机", "小米", "小米手机")]
    public void What_was_said_is_not_repeated(string title, string text, string? category, string? brand, string expected) =>
        Assert.Equal(expected, TextOf(ItemTextTemplate.Default, title, text, category, brand));

    [Theory]
    [InlineData("Fish &amp; chips", "<p>Hot</p><p>Salty</p>", "Food &gt; Fast &amp; fried", "M&amp;S", "Fish & chips. Food Fast & fried M&S Hot Salty")]
    [InlineData("Hose", "<p>Hose</p>", null, null, "Hose")]
    [InlineData("Hose", "<p><br></p>", null, null, "Hose")]
    public void Markup_is_removed_from_every_part(string title, string text, string? category, string? brand, string expected) =>
        Assert.Equal(expected, TextOf(ItemTextTemplate.Default, title, text, category, brand));

    [Fact]
    public void No_description_is_so_long_that_category_and_brand_come_after_it() =>
        Assert.StartsWith("Everyday. garden hose Aqua Soft", TextOf(ItemTextTemplate.Default, "Everyday", string.Concat(Enumerable.Repeat("Soft ",
            1_000)), "garden hose", "Aqua"),
            StringComparison.Ordinal);

    [Fact]
    public void What_only_the_end_of_a_long_text_says_is_said_before_it() => Assert.StartsWith("Hose. garden Soft",
        TextOf(ItemTextTemplate.Default, "Hose", string.Concat(Enumerable.Repeat("Soft ", 100)) + "garden", "garden", null), StringComparison.Ordinal);

    [Theory]
    [InlineData("{title} ({brand})", "Aero", "Sonora", "Aero (Sonora)")]
    [InlineData("{title} ({brand})", "Aero", "", "Aero")]
    [InlineData("{title} ({brand})", "", "Sonora", "(Sonora)")]
    [InlineData("{title} ({brand}), {category}", "Aero", "", "Aero audio")]
    [InlineData("{title} ({brand}), {category}", "Aero", "Sonora", "Aero (Sonora), audio")]
    [InlineData("{title} - {brand}", "Aero", "", "Aero")]
    [InlineData("{title} - {brand}", "", "Sonora", "Sonora")]
    [InlineData("{title}/{brand}", "Aero", "Sonora", "Aero/Sonora")]
    [InlineData("Name: {title}. Category: {category}. Brand: {brand}.", "Aero", "Sonora", "Name: Aero. Category: audio. Brand: Sonora.")]
    [InlineData("Name: {title}. Brand: {brand}.", "", "Sonora", "Brand: Sonora.")]
    [InlineData("Name: {title}. Brand: {brand}.", "Aero", "", "Name: Aero.")]
    [InlineData("Name: {title}. Brand: {brand}.", "", "", "")]
    [InlineData("{brand}", "Aero", "Sonora", "Sonora")]
    public void Punctuation_and_labels_go_with_their_parts(string template, string title, string brand, string expected) =>
        Assert.Equal(expected, TextOf(new ItemTextTemplate(template), title, "", "audio", brand));

    [Fact]
    public void A_title_that_begins_the_text_stays_when_the_template_has_no_text() =>
        Assert.Equal("Aero", TextOf(new ItemTextTemplate("{title}"), "Aero", "Aero is silent", null, null));

    [Theory]
    [InlineData("{title} {colour}", "The item text template \"{title} {colour}\" has '{colour}', which is not a part of an item.", "Use")]
    [InlineData("{Title}", "The item text template \"{Title}\" has '{Title}', which is not a part of an item.", "Use")]
    [InlineData("title", "The item text template \"title\" names no part of an item.", "Use")]
    [InlineData("", "The item text template \"\" names no part of an item.", "Use")]
    [InlineData("{title", "The item text template \"{title\" has a brace without its other.", "Write parts as")]
    [InlineData("title} {text}", "The item text template \"title} {text}\" has a brace without its other.", "Write parts as")]
    [InlineData("{title} }", "The item text template \"{title} }\" has a brace without its other.", "Write parts as")]
    public void A_template_that_cannot_be_meant_is_refused(string template, string reason, string advice)
    {
        var refusal = Assert.Throws<ArgumentException>(() => new ItemTextTemplate(template));
        Assert.StartsWith($"{reason} {advice} {{title}}, {{text}}, {{category}} or {{brand}}.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_said_is_what_a_plain_search_for_whole_words_finds()
    {
        const int Seed = 8;
        var random = new Random(Seed);
        // Letters with and without a word of their own, of one and of two code units, and those whose other case is an exception.
        string[] letters =
        [
            "a", "A", "b", " ", "-", "1", "é", "É", "ß", "ı", "İ", "i", "ſ", "s", "\u212a", "k", "ɐ", "Ɐ", "手", "\U00010428", "\U00010400", "😀",
        ];
        for (int i = 0; i < 200_000; i++)
        {
            string[] alphabet = random.GetItems(letters, random.Next(1, 4));
            string title = string.Concat(random.GetItems(alphabet, random.Next(1, 12))).Trim();
            string brand = string.Concat(random.GetItems(alphabet, random.Next(1, 5))).Trim();
            if (title.Length > 0 && brand.Length > 0)
                Assert.True(TextOf(Pair, title, "", null, brand) == (Says(title, brand) ? title : $"{title} {brand}"), $"seed {Seed}: '{brand}' in '{title}'");
        }

        static bool Says(string whole, string part)
        {
            for (int at = 0; (at = whole.IndexOf(part, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
            {
                if (EndsWord(whole, at) && EndsWord(whole, at + part.Length))
                    return true;
            }
            return false;
        }

        static bool EndsWord(string text, int at) => at == 0 || at == text.Length || !IsInWord(text[at - 1]) || !IsInWord(text[at]);

        static bool IsInWord(char c) => c < 0x2E80 && char.IsLetterOrDigit(c);
    }

    /// <summary>Each would take minutes if the time grew with the square of the length.</summary>
    [Theory]
    [InlineData("a", 1_000_000, "", "a", 500_000, "", false)]
    [InlineData("a", 1_000_000, "", "a", 500_000, "b", false)]
    [InlineData("a", 1_000_000, "", "b", 1, "A", false)]
    [InlineData("a ", 1_000_000, "", "a ", 500_000, "b", false)]
    [InlineData("aab", 500_000, "", "aab", 250_000, "", false)]
    [InlineData("a", 1_000_000, " ", "a", 500_000, "", false)]
    [InlineData("a ", 1_000_000, "", "A ", 500_000, "", true)]
    public void Texts_of_a_million_letters_that_repeat_themselves_take_no_longer_than_others(
        string titleLetters, int titleTimes, string titleEnd, string brandLetters, int brandTimes, string brandEnd, bool isSaid)
    {
        string title = (string.Concat(Enumerable.Repeat(titleLetters, titleTimes)) + titleEnd).Trim();
        string brand = (string.Concat(Enumerable.Repeat(brandLetters, brandTimes)) + brandEnd).Trim();
        Assert.True((isSaid ? title : $"{title} {brand}") == TextOf(Pair, title, "", null, brand));
    }

    [Fact]
    public void The_template_reads_as_it_was_given() =>
        Assert.Equal("{title}. {category} {brand} {text}", ItemTextTemplate.Default.ToString());

    private static readonly ItemTextTemplate Pair = new("{title} {brand}");

    private static string TextOf(ItemTextTemplate template, string title, string text, string? category, string? brand) =>
        template.TextOf(new Item("P1") { Title = title, Text = text, Category = category, Brand = brand });
}
