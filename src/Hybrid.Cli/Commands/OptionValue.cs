using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Hybrid.Cli.Commands;

/// <summary>Reads values of options, for <see cref="Option{T}.CustomParser"/>.</summary>
/// <remarks>What cannot be meant is refused in the words of the option, not in those of .NET.</remarks>
internal static class OptionValue
{
    private delegate bool TryRead<T>(string text, out T value);

    /// <param name="least">The range, by which the value is refused; by default every number that fits.</param>
    public static int Whole(ArgumentResult result, int least = int.MinValue, int most = int.MaxValue) => Wholes(result, least, most).LastOrDefault();

    /// <inheritdoc cref="Whole"/>
    public static int[] Wholes(ArgumentResult result, int least = int.MinValue, int most = int.MaxValue)
    {
        string what = least == int.MinValue ? "a whole number" : most == int.MaxValue ? $"{least} or more" : $"{least} to {most}";
        return Read(result, what, (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= least && value <= most);
    }

    /// <summary>An option that takes a whole number.</summary>
    public static Option<int> Option(string name, string description, int standard, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "n",
        DefaultValueFactory = _ => standard,
        CustomParser = result => Whole(result, least, most),
    };

    // Without thousands: 0,025 is not 25.
    public static double Real(ArgumentResult result) => Read(result, "a number", (string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)).LastOrDefault();

    public static string? Word(ArgumentResult result, params string[] words) => Read(result, string.Join(" or ", words), (string text, out string value) =>
    {
        value = text;
        return words.Contains(text);
    }).LastOrDefault();

    public static TimeSpan Time(ArgumentResult result) => Read<TimeSpan>(result, "a time like 0:30:00 (hours, minutes, seconds)", TryReadTime).LastOrDefault();

    /// <summary>For a validator: a file or folder has a name.</summary>
    public static void RequireName(OptionResult result)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
            result.AddError($"{result.Option.Name} is empty: give a name.");
    }

    private static T[] Read<T>(ArgumentResult result, string what, TryRead<T> read)
    {
        var values = new List<T>(result.Tokens.Count);
        foreach (Token token in result.Tokens)
        {
            if (read(token.Value, out T value))
                values.Add(value);
            else
                result.AddError($"{(result.Parent as OptionResult)?.Option.Name} takes {what}, not '{token.Value}'.");
        }
        return [.. values];
    }

    // TimeSpan.Parse takes 24:00:00 for 24 days, and 30 too.
    private static bool TryReadTime(string text, out TimeSpan value)
    {
        const int MostHours = 1_000_000;   // more than a century
        value = default;
        string[] parts = text.Split(':');
        if (parts.Length is not (2 or 3))
            return false;
        int[] numbers = new int[3];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return false;
        }
        if (numbers is not [<= MostHours, < 60, < 60])
            return false;
        value = new TimeSpan(numbers[0], numbers[1], numbers[2]);
        return true;
    }
}
