using System.CommandLine;
using Hybrid.Cli;
using Hybrid.Cli.Commands;

namespace Hybrid.Tests.Cli;

/// <summary>What options cannot take is refused before anything is opened, in the words of the options.</summary>
public sealed class OptionTests
{
    [Theory]
    [InlineData("There is nothing to go by: give <text>, or many queries with --batch.", "search")]
    [InlineData("There is nothing to go by: give --text, --item, --user or --history, or many queries with --batch.", "recommend")]
    [InlineData("Give <text> or --batch, not both.", "search", "x", "--batch", "y")]
    [InlineData("There is nothing to import: give --items, --events or both.", "import")]
    [InlineData("Standard input can be one file only.", "import", "--items", "-", "--events", "-")]
    [InlineData("--count takes 1 to 16384, not '0'.", "search", "x", "-k", "0")]
    [InlineData("--count takes 1 to 5461, not '99999999999'.", "recommend", "--text", "x", "--count", "99999999999")]
    [InlineData("--probes takes 1 or more, not '0'.", "search", "x", "--probes", "0")]
    [InlineData("--probes takes 1 or more, not 'many'.", "similar", "K1", "--probes", "many")]
    [InlineData("--items is empty: give a name.", "import", "--items", "")]
    [InlineData("--events is empty: give a name.", "import", "--events", "")]
    [InlineData("--batch is empty: give a name.", "search", "--batch", "")]
    [InlineData("--data is empty: give a name.", "search", "x", "--data", "")]
    [InlineData("--model is empty: give a name.", "embed", "--model", "")]
    [InlineData("--rounds takes 1 to 100, not '0'.", "bench", "--rounds", "0")]
    [InlineData("--items takes 1000 to 2000000, not '3'.", "bench", "--items", "10000", "3")]
    [InlineData("--seed takes a whole number, not 'x'.", "demo", "--seed", "x")]
    [InlineData("--lang takes en or zh, not 'fr'.", "demo", "--lang", "fr")]
    [InlineData("--window takes a whole number, not '2.5'.", "train", "--window", "2.5")]
    [InlineData("--alpha takes a number, not '0,025'.", "train", "--alpha", "0,025")]
    [InlineData("--most-events-per-user takes 0 or more, not '-1'.", "recommend", "--user", "U1", "--most-events-per-user", "-1")]
    [InlineData("--min-rating takes a number, not '3,5'.", "train", "--min-rating", "3,5")]
    [InlineData("--gap takes a time like 0:30:00 (hours, minutes, seconds), not '30'.", "train", "--gap", "30")]
    [InlineData("--gap takes a time like 0:30:00 (hours, minutes, seconds), not '0:60:00'.", "train", "--gap", "0:60:00")]
    [InlineData("--gap takes a time like 0:30:00 (hours, minutes, seconds), not '9999999:00'.", "train", "--gap", "9999999:00")]
    public void What_an_option_cannot_be_given_is_said_in_its_own_words(string said, params string[] arguments)
    {
        Assert.Equal([said], CommandTree.Parse(arguments).Errors.Select(error => error.Message));
    }

    [Theory]
    [InlineData("--vector-size takes 1 to 4096, not 0.", "--vector-size", "0")]
    [InlineData("--window takes 1 or more, not 0.", "--window", "0")]
    [InlineData("--min-count takes 1 or more, not -1.", "--min-count", "-1")]
    [InlineData("--epochs takes 1 or more, not 0.", "--epochs", "0")]
    [InlineData("--workers takes 1 to 1024, not 2000.", "--workers", "2000")]
    [InlineData("--negative takes 1 to 1000, not 0.", "--negative", "0")]
    [InlineData("--ns-exponent takes -4 to 4, not 9.", "--ns-exponent", "9")]
    [InlineData("--sample takes 0 to 1, not 2.", "--sample", "2")]
    [InlineData("--alpha takes 1E-06 to 1, not NaN.", "--alpha", "NaN")]
    [InlineData("--min-alpha takes 0 to 1, not -1.", "--min-alpha", "-1")]
    [InlineData("--min-alpha 0.5 is above --alpha 0.01: the learning rate falls from the one to the other.", "--alpha", "0.01", "--min-alpha", "0.5")]
    [InlineData("--gap takes more than 0:00:00, not 00:00:00.", "--gap", "0:00")]
    [InlineData("--kinds: 'view' is not kind=weight: write it like purchase=3, or skip=- for a dislike.", "--kinds", "view")]
    [InlineData("--min-rating takes a finite number.", "--min-rating", "NaN")]
    public async Task A_range_of_the_library_is_said_of_the_option(string said, params string[] arguments)
    {
        ParseResult parsed = CommandTree.Parse(["train", .. arguments]);

        Assert.Empty(parsed.Errors);
        UsageException refused = await Assert.ThrowsAsync<UsageException>(() =>
            parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken));
        Assert.Equal(said, refused.Message);
    }

    [Theory]
    [InlineData("--text", "-5 degrees")]
    [InlineData("--text", "-dress blue")]
    [InlineData("--text", "-d")]
    [InlineData("--text", "@words.txt")]
    [InlineData("--text", "[diagram] book")]
    [InlineData("--item", "-d1")]
    public void A_value_is_what_was_given_whatever_it_begins_with(string option, string value)
    {
        ParseResult parsed = CommandTree.Parse(value == "-d" ? ["recommend", $"{option}={value}"] : ["recommend", option, value]);
        Assert.Empty(parsed.Errors);
        Assert.Equal(value, parsed.GetResult(option)!.Tokens.Single().Value);   // ! : there are no errors
    }

    [Fact]
    public void No_word_is_the_name_of_a_file_with_more_words()
    {
        string file = typeof(OptionTests).Assembly.Location;
        foreach (string[] arguments in (string[][])[["search", $"@{file}"], ["search", "--", $"@{file}"], [$"@{file}"]])
            Assert.Equal($"@{file}", CommandTree.Parse(arguments).Tokens[^1].Value);
    }

    [Fact]
    public void After_two_dashes_everything_is_text()
    {
        ParseResult parsed = CommandTree.Parse(["search", "--", "--json"]);
        Assert.Empty(parsed.Errors);
        Assert.False(parsed.GetValue<bool>("--json"));
        Assert.Equal("--json", parsed.GetValue<string>("text"));
    }

    [Theory]
    [InlineData("tea cup", "search", "tea", "cup")]
    [InlineData("red tea cup", "search", "red", "tea", "cup", "-k", "5")]
    [InlineData("tea cup", "recommend", "--text", "tea", "cup")]
    [InlineData(null, "search", "tea", "cup", "--bogus")]
    [InlineData(null, "index", "tea")]
    public void A_text_without_quotes_is_shown_with_them(string? text, params string[] arguments)
    {
        string? said = CommandTree.UnquotedText(CommandTree.Parse(arguments));
        if (text is null)
            Assert.Null(said);
        else
            Assert.EndsWith($"put the text in quotes: \"{text}\".", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_not_taken_for_a_data_folder()
    {
        string file = typeof(OptionTests).Assembly.Location;
        Assert.Equal([$"--data takes a folder, and {file} is a file."],
            CommandTree.Parse(["index", "--data", file]).Errors.Select(error => error.Message));
    }
}
