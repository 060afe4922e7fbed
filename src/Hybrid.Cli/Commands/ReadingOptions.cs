using System.CommandLine;
using Hybrid.Catalog;

namespace Hybrid.Cli.Commands;

/// <summary>The options of `import` that say how files are read.</summary>
internal sealed class ReadingOptions
{
    private readonly Option<string?> _map = new("--map")
    {
        Description = "Which columns hold which fields: title=name,price=unit_price,user=customer. Known exports need none.",
        HelpName = "field=column,…",
    };

    private readonly Option<string?> _missing = new("--missing")
    {
        Description = "What stands for a missing number, time, brand or category, besides nothing. Default: NaN,None,null,N/A,NA,\\N,-",
        HelpName = "word,…",
    };

    private readonly Option<string?> _culture = new("--culture")
    {
        Description = "How numbers and dates are written: de-DE has 1.249,00 and 31/01/2026. Without it the column shows how its prices are.",
        HelpName = "name",
    };

    private readonly FileFormatOptions _format = FileFormatOptions.Create();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_map, _format.Delimiter, _format.Encoding, _format.Header, _missing, _culture])
            command.Options.Add(option);
    }

    /// <exception cref="UsageException">A value cannot be used.</exception>
    public FileReadOptions Of(ParseResult parsed)
    {
        ColumnMap map = Read("--map", parsed.GetValue(_map), ColumnMap.Parse) ?? ColumnMap.Empty;
        string[]? missing = parsed.GetValue(_missing)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var options = new FileReadOptions
        {
            Map = map,
            Delimiter = parsed.GetValue(_format.Delimiter),
            Encoding = parsed.GetValue(_format.Encoding),
            Header = parsed.GetValue(_format.Header),
            Missing = missing,
        };
        return Read("--culture", parsed.GetValue(_culture), culture => options with { Culture = culture }) ?? options;
    }

    private static T? Read<T>(string option, string? value, Func<string, T> read)
        where T : class
    {
        try
        {
            return value is null ? null : read(value);
        }
        catch (FormatException bad)
        {
            throw new UsageException($"{option}: {bad.Message}");
        }
    }
}
