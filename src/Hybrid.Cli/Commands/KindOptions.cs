using System.CommandLine;
using Hybrid.Behavior;

namespace Hybrid.Cli.Commands;

/// <summary>What a log says of its shoppers: the options of the commands that read one.</summary>
internal sealed class KindOptions
{
    private readonly Option<string?> _kinds = new("--kinds")
    {
        Description = "How much kinds of events count, - for a dislike: view=1,cart=2,purchase=3,skip=-. Added to the table in README.",
        HelpName = "kind=weight,…",
    };

    private readonly Option<double?> _minRating = new("--min-rating")
    {
        Description = "Where kinds are ratings: from this one on an item is liked, below it disliked.",
        HelpName = "x",
        CustomParser = result => OptionValue.Real(result),
    };

    private readonly Option<int?> _mostEvents = new("--most-events-per-user")
    {
        Description = "Users with more events are left out of training and popularity; 0: nobody. "
            + "By default the larger of 10,000 and 100 times the median.",
        HelpName = "n",
        CustomParser = result => OptionValue.Whole(result, 0),
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_kinds);
        command.Options.Add(_minRating);
        command.Options.Add(_mostEvents);
    }

    /// <summary>The rating below which an import takes an event for a dislike; null: none.</summary>
    public double? MinRatingOf(ParseResult parsed) => parsed.GetValue(_minRating);

    /// <exception cref="UsageException">The kinds are malformed, or the rating is no number.</exception>
    public HybridOptions Apply(ParseResult parsed, HybridOptions options) => options with
    {
        Kinds = KindsOf(parsed) with { MinRating = parsed.GetValue(_minRating) },
        MostEventsPerUser = parsed.GetValue(_mostEvents),
    };

    private EventKinds KindsOf(ParseResult parsed)
    {
        if (parsed.GetValue(_minRating) is { } rating && !double.IsFinite(rating))
            throw new UsageException("--min-rating takes a finite number.");
        try
        {
            return parsed.GetValue(_kinds) is { } kinds ? EventKinds.Parse(kinds) : EventKinds.Default;
        }
        catch (FormatException bad)
        {
            throw new UsageException($"--kinds: {bad.Message}");
        }
    }
}
