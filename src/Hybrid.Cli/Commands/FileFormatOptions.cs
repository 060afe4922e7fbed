using System.CommandLine;
using Hybrid.Catalog.Files;

namespace Hybrid.Cli.Commands;

/// <summary>What files do not always say themselves: how their text is written.</summary>
internal sealed record FileFormatOptions(Option<string?> Delimiter, Option<string?> Encoding, Option<string[]?> Header)
{
    public static FileFormatOptions Create()
    {
        var delimiter = new Option<string?>("--delimiter")
        {
            Description = "What separates the fields of CSV files: , ; | :: or tab. Without it the files show it.",
            HelpName = "separator",
        };
        delimiter.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && CsvDelimiter.Named(given) is null)
                result.AddError($"--delimiter takes , ; | :: or tab, not '{given}'.");
        });
        var encoding = new Option<string?>("--encoding")
        {
            Description = "The encoding of files that are neither UTF-8 nor UTF-16: windows-1252, gbk, shift_jis, …",
            HelpName = "name",
        };
        encoding.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && Refusal(given) is { } refusal)
                result.AddError($"--encoding: {refusal}");
        });
        var header = new Option<string[]?>("--header")
        {
            Description = "The names of the columns of CSV files without a header: user,item,rating,time.",
            HelpName = "column,…",
            CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries))],
        };
        return new FileFormatOptions(delimiter, encoding, header);
    }

    private static string? Refusal(string encoding)
    {
        try
        {
            TextEncodings.Find(encoding);
            return null;
        }
        catch (ArgumentException unknown)
        {
            return Failures.ReasonOf(unknown);
        }
    }
}
