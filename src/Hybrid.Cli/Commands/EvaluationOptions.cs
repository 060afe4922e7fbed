using System.CommandLine;
using Hybrid.Cli.Evaluating;
using Hybrid.Cli.Output;
using Hybrid.Evaluation;

namespace Hybrid.Cli.Commands;

/// <summary>What is evaluated and how: the options of the commands that divide a log.</summary>
/// <param name="judges">Whether lists are judged, by lengths and with intervals.</param>
internal sealed class EvaluationOptions(bool judges = true)
{
    private static readonly (string Name, SplitKind Kind)[] Kinds =
    [
        ("leave-last", SplitKind.LeaveLast), ("leave-basket", SplitKind.LeaveBasket), ("global-time", SplitKind.GlobalTime),
        ("later-sessions", SplitKind.LaterSessions), ("cold", SplitKind.Cold),
    ];

    private readonly Option<string?> _items = File("--items", "The items that may be recommended; together with --events, instead of the data folder.");
    private readonly Option<string?> _events = File("--events", "The events to learn from and to ask for.");

    private readonly Option<string?> _split = new("--split")
    {
        Description = "leave-last: each user's last event is asked for; leave-basket: the last basket; global-time: all after one moment; "
            + "later-sessions: users are sessions, and the last event of the latest ones is asked for; cold: a tenth of the items is new, in no event that is "
            + "learned from, and only these are ranked. Default: leave-last.",
        HelpName = "kind",
        CustomParser = result => OptionValue.Word(result, [.. Kinds.Select(kind => kind.Name)]),
    };

    private readonly Option<int> _users = new("--users")
    {
        Description = "The most users that are asked, the same on every machine.",
        HelpName = "n",
        DefaultValueFactory = _ => new SplitOptions().Users,
        CustomParser = result => OptionValue.Whole(result, 1),
    };

    private readonly Option<int> _minEvents = new("--min-events")
    {
        Description = "Users with fewer events are learned from and not asked.",
        HelpName = "n",
        DefaultValueFactory = _ => new SplitOptions().MinEvents,
        CustomParser = result => OptionValue.Whole(result, 2),
    };

    private readonly Option<double?> _testShare = new("--test-share")
    {
        Description = "What is held out: of the sessions, by global-time of the events, by cold of the items. Default: 0.2, of the items 0.1.",
        HelpName = "x",
        CustomParser = result => OptionValue.Real(result),
    };

    private readonly Option<int[]?> _lengths = new("--k")
    {
        Description = $"The lengths at which lists are looked at, commas between, each 1 to {Judge.Cut}. Default: 10,50.",
        HelpName = "n,n",
        CustomParser = result =>
        {
            string[] parts = [.. result.Tokens.SelectMany(token => token.Value.Split(','))];
            int[] lengths = [.. parts.Select(part => int.TryParse(part, out int k) && k is >= 1 and <= Judge.Cut ? k : 0)];
            if (lengths.Contains(0))
                result.AddError($"--k takes 1 to {Judge.Cut}, commas between, not '{parts[Array.IndexOf(lengths, 0)]}'.");
            return lengths;
        },
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Seed of the draws for the intervals.",
        HelpName = "n",
        DefaultValueFactory = _ => new JudgeOptions().Seed,
        CustomParser = result => OptionValue.Whole(result),
    };

    private readonly Option<string> _folder = SharedOptions.Data();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_items, _events, _split, _users, _minEvents, _testShare, .. judges ? (Option[])[_lengths, _seed] : [], _folder])
            command.Options.Add(option);
    }

    public static string NameOf(SplitKind kind) => Kinds.Single(pair => pair.Kind == kind).Name;

    public JudgeOptions JudgingOf(ParseResult parsed)
    {
        var options = new JudgeOptions { Seed = parsed.GetValue(_seed) };
        return parsed.GetValue(_lengths) is { Length: > 0 } lengths ? options with { Lengths = lengths } : options;
    }

    /// <summary>The data folder that is evaluated; null where files are.</summary>
    public string? FolderOf(ParseResult parsed) => parsed.GetValue(_items) is null && parsed.GetValue(_events) is null ? parsed.GetValue(_folder) : null;

    /// <exception cref="UsageException">One file is named without the other, or the share is out of range.</exception>
    /// <exception cref="SplitException">Nobody is left to ask.</exception>
    public async Task<(EvaluationFiles Files, Split Split)> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        (string? items, string? events) = (parsed.GetValue(_items), parsed.GetValue(_events));
        if (items is null != events is null)
            throw new UsageException("--items and --events belong together: give both, or neither to evaluate the data folder.");
        SplitOptions options = OptionsOf(parsed);
        EvaluationFiles files = await Terminal.RunAsync("Reading", 0, null, async _ =>
        {
            if (items is not null && events is not null)
                return await Task.Run(() => EvaluationFiles.Read(items, events, cancellationToken), cancellationToken);
            // ! : it has a default.
            await using HybridEngine engine = await DataFolder.OpenAsync(DataFolder.Options(parsed.GetValue(_folder)!), cancellationToken);
            return await Task.Run(() => EvaluationFiles.Read(engine, cancellationToken), cancellationToken);
        });
        return (files, Split.Make(files.Log, options));
    }

    private SplitOptions OptionsOf(ParseResult parsed)
    {
        try
        {
            var options = new SplitOptions
            {
                Kind = parsed.GetValue(_split) is { } name ? Kinds.Single(pair => pair.Name == name).Kind : SplitKind.LeaveLast,
                Users = parsed.GetValue(_users),
                MinEvents = parsed.GetValue(_minEvents),
            };
            return parsed.GetValue(_testShare) is not { } share ? options
                : options.Kind == SplitKind.Cold ? options with { ColdShare = share } : options with { TestShare = share };
        }
        catch (ArgumentOutOfRangeException refused) when (refused.ParamName is nameof(SplitOptions.TestShare) or nameof(SplitOptions.ColdShare))
        {
            throw new UsageException($"--test-share is above 0 and below 1, not {refused.ActualValue}.");
        }
    }

    private static Option<string?> File(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "file" };
        option.Validators.Add(OptionValue.RequireName);
        return option;
    }
}
