using Hybrid.Catalog;
using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

public sealed class ItemTextTemplateTests
{
    [Theory]
    [InlineData("Aero 3", "Light and silent.", "audio/headphones", "Sonora", "Aero 3. Light and silent. audio headphones Sonora")]
    [InlineData("Aero 3", "", "audio", null, "Aero 3. audio")]
    [InlineData("Aero 3", "", null, null, "Aero 3")]
    [InlineData("", "Light and silent", null, "Sonora", "Light and silent Sonora")]
    [InlineData("", "", null, "Sonora", "Sonora")]
    [InlineData("", "", "  ", "", "")]
    [InlineData(" Aero 3 ", "\tLight\n", " audio ", " Sonora ", "Aero 3. Light audio Sonora")]
    [InlineData("Toy Story", "A cowboy doll", "Adventure|Animation", null, "Toy Story. A cowboy doll Adventure Animation")]
    [InlineData("Chair", "Oak", "Home_garden > Chairs, oak; Sci-Fi", null, "Chair. Oak Home garden Chairs oak Sci-Fi")]
    [InlineData("Ready?", "Go", null, null, "Ready? Go")]
    [InlineData("Made by Sonora Inc.", "Go", null, null, "Made by Sonora Inc. Go")]
    [InlineData("Chair", "", "/|", "Oak", "Chair. Oak")]
    public void The_default_template_joins_what_is_there(string title, string text, string? category, string? brand, string expected) =>
        Assert.Equal(expected, TextOf(ItemTextTemplate.Default, title, text, category, brand));

    [Theory]
    [InlineData("Sonora Aero 3", "Silent", null, "sonora", "Sonora Aero 3. Silent")]
    [InlineData("Aero", "Silent headphones", "HEADPHONES", null, "Aero. Silent headphones")]
    [InlineData("Aero 3", "Aero 3 is silent", null, null, "Aero 3 is silent")]
    [InlineData("aero 3", "Aero 3", null, null, "Aero 3")]
    [InlineData("Aero", "Aerosol can", null, null, "Aero. Aerosol can")]
    [InlineData("Algae cleaner", "", null, "LG", "Algae cleaner. LG")]
    [InlineData("Headphones", "", "audio/headphones", null, "Headphones. audio headphones")]
    [InlineData("小米手机", "", "手机", "小米", "小米手机")]
    public void What_was_said_is_not_repeated(string title, string text, string? category, string? brand, string expected) =>
        Assert.Equal(expected, TextOf(ItemTextTemplate.Default, title, text, category, brand));

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
    [InlineData("{title} {colour}", "'{colour}' in the item text template \"{title} {colour}\" is not a part of an item. Use {title}, {text}, {category} or {brand}.")]
    [InlineData("{Title}", "'{Title}' in the item text template \"{Title}\" is not a part of an item. Use {title}, {text}, {category} or {brand}.")]
    [InlineData("title", "The item text template \"title\" names no part of an item. Use {title}, {text}, {category} or {brand}.")]
    [InlineData("", "The item text template \"\" names no part of an item. Use {title}, {text}, {category} or {brand}.")]
    [InlineData("{title", "The item text template \"{title\" has a brace without its other. Write parts as {title}, {text}, {category} or {brand}.")]
    [InlineData("title} {text}", "The item text template \"title} {text}\" has a brace without its other. Write parts as {title}, {text}, {category} or {brand}.")]
    [InlineData("{title} }", "The item text template \"{title} }\" has a brace without its other. Write parts as {title}, {text}, {category} or {brand}.")]
    public void A_template_that_cannot_be_meant_is_refused(string template, string reason) =>
        Assert.StartsWith(reason, Assert.Throws<ArgumentException>(() => new ItemTextTemplate(template)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_template_reads_as_it_was_given() =>
        Assert.Equal("{title}. {text} {category} {brand}", ItemTextTemplate.Default.ToString());

    private static string TextOf(ItemTextTemplate template, string title, string text, string? category, string? brand) =>
        template.TextOf(new Item("P1") { Title = title, Text = text, Category = category, Brand = brand });
}
