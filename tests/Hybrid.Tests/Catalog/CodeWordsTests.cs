using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog;

public sealed class CodeWordsTests
{
    [Theory]
    [InlineData("Fuel filter 48123-B4", "48123-B4")]
    [InlineData("Sony WH-1000XM4, black", "WH-1000XM4")]
    [InlineData("Filter (48123-b4) \u201cMK3\u201d", "48123-B4", "MK3")]
    [InlineData("Seal A123/A124,A125", "A123/A124,A125", "A123", "A124", "A125")]
    [InlineData("Model:48123-B4 #777", "MODEL:48123-B4", "48123-B4", "777")]
    [InlineData("Non\u2011breaking WH\u20111000XM4 and WH–900", "WH-1000XM4", "WH-900")]
    [InlineData("型号48123-B4滤清器", "48123-B4")]
    [InlineData("A4 5G 12 no digits here")]
    [InlineData("")]
    public void The_codes_of_a_title_are_its_words_with_a_digit(string title, params string[] codes) => Assert.Equal(codes, CodeWords.Of(title));

    [Theory]
    [InlineData("bosch 48123-B4 filter", "48123-B4")]
    [InlineData("wh-1000xm4 case", "wh-1000xm4")]
    [InlineData("samsung QN90B tv", "QN90B")]
    [InlineData("is (B07XJ8C8F5) in stock?", "B07XJ8C8F5")]
    [InlineData("cartridge P100", "P100")]
    [InlineData("filter 48123B please", "48123B")]
    [InlineData("ean 4006381333931", "4006381333931")]
    [InlineData("bearing 62052 or A123/B456", "62052", "A123/B456", "A123", "B456")]
    public void A_code_among_other_words_is_named(string query, params string[] codes) => Assert.Equal(codes, CodeWords.NamedBy(query));

    [Theory]
    [InlineData("iphone 15")]
    [InlineData("iphone 15 pro 256gb")]
    [InlineData("calendar 2024")]
    [InlineData("shampoo 500ml")]
    [InlineData("tv 4k 1080p")]
    [InlineData("cotton 100%")]
    [InlineData("24-pack batteries 1.5v")]
    [InlineData("box 20x30cm 20x30x40cm")]
    [InlineData("power bank 10000mAh 20000 mAh 10,000")]
    [InlineData("3-in-1 charger 12v-24v 5-inch 18-karat")]
    [InlineData("mp3 player usb3 a4 b12")]
    [InlineData("from the 1960s, 21st edition")]
    [InlineData("price 1,299 4x4 2x4GB")]
    [InlineData("500ml/16oz bottle")]
    [InlineData("no digits here")]
    public void An_amount_a_year_or_a_size_among_other_words_names_nothing(string query) => Assert.Empty(CodeWords.NamedBy(query));

    [Theory]
    [InlineData(" MP3 ", "MP3")]
    [InlineData("2024", "2024")]
    [InlineData("\"500ml\"", "500ml")]
    public void A_query_of_one_word_may_be_any_code(string query, params string[] codes) => Assert.Equal(codes, CodeWords.NamedBy(query));

    [Theory]
    [InlineData("a1b ", 300_000)]
    [InlineData("a1b", 1_000_000)]
    [InlineData("a1b/", 300_000)]
    [InlineData("////", 300_000)]
    [InlineData("\ud800", 300_000)]
    [InlineData("1\u0301", 300_000)]
    public void A_text_of_any_length_has_few_codes(string part, int times)
    {
        string text = string.Concat(Enumerable.Repeat(part, times));
        Assert.InRange(CodeWords.Of(text).Count, 0, CodeWords.MostOfAText);
        Assert.InRange(CodeWords.NamedBy(text).Count, 0, CodeWords.MostOfAText);
    }
}
