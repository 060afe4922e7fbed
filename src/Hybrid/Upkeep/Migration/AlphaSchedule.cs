using System.Globalization;
using System.Text.RegularExpressions;

namespace Hybrid.Upkeep.Migration;

/// <summary>How the share of the texts in a blend changes with time: each alpha is a collection of its own, built aside and swapped whole.</summary>
public sealed partial record AlphaSchedule
{
    /// <summary>The alpha that the migration begins with.</summary>
    /// <value>0 … 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public required double From
    {
        get;
        init => field = Checked(value, nameof(From));
    }

    /// <summary>The one that it ends with; it may be the smaller one.</summary>
    /// <value>0 … 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public required double To
    {
        get;
        init => field = Checked(value, nameof(To));
    }

    /// <summary>The time from the first alpha, once it answers everything, to the last.</summary>
    /// <value>0 or more.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public required TimeSpan Over
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(Over));
            field = value;
        }
    }

    /// <summary>How many alphas there are, both ends among them, as far apart from each other in value and in time.</summary>
    /// <value>2 … 100. By default as many as are .1 apart.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public int Count
    {
        get => field > 0 ? field : Math.Max(2, (int)Math.Round(Math.Abs(To - From) / 0.1) + 1);
        init => field = value is >= 2 and <= 100 ? value
            : throw new ArgumentOutOfRangeException(nameof(Count), value, $"A schedule has 2 to 100 alphas, not {value}.");
    }

    /// <summary>An alpha, rounded so that it reads as it is meant.</summary>
    /// <param name="place">0 … <see cref="Count"/> − 1.</param>
    public double At(int place) => Math.Round(From + ((To - From) * place / (Count - 1)), 6);

    /// <summary>How long after the first an alpha comes.</summary>
    /// <inheritdoc cref="At"/>
    public TimeSpan After(int place) => Over * ((double)place / (Count - 1));

    /// <summary>Reads ".3..1 over 14d", ".3..1 over 36h in 4".</summary>
    /// <exception cref="FormatException">It is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static AlphaSchedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Match parts = Form().Match(text);
        if (!parts.Success)
            throw new FormatException($"A schedule of alphas is written like '.3..1 over 14d' (d, h or m), or '.3..1 over 14d in 4', not '{text}'.");
        double over = Number(parts.Groups["over"]);
        var schedule = new AlphaSchedule
        {
            From = Number(parts.Groups["from"]),
            To = Number(parts.Groups["to"]),
            Over = parts.Groups["unit"].Value switch { "d" => TimeSpan.FromDays(over), "h" => TimeSpan.FromHours(over), _ => TimeSpan.FromMinutes(over) },
        };
        return parts.Groups["count"] is { Success: true } count
            ? schedule with { Count = int.Parse(count.ValueSpan, CultureInfo.InvariantCulture) } : schedule;
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From}..{To} over {Over.TotalDays:0.####}d in {Count}");

    private static double Number(Group part) => double.Parse(part.ValueSpan, CultureInfo.InvariantCulture);

    private static double Checked(double value, string name) => value is >= 0 and <= 1 ? value
        : throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"Alpha takes 0 to 1, not {value}."));

    // A number ends before "..": ".3..1" is .3 and 1.
    [GeneratedRegex(@"^\s*(?<from>\d*\.?\d+)\s*\.\.\s*(?<to>\d*\.?\d+)\s+over\s+(?<over>\d{1,5}(\.\d+)?)(?<unit>[dhm])(\s+in\s+(?<count>\d{1,3}))?\s*$")]
    private static partial Regex Form();
}
