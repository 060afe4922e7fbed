using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Cli.Commands;

internal static class MigrateDivideCommand
{
    public static ExampleCommand Create()
    {
        var interleaved = new Option<double>("--interleave")
        {
            Description = "The share of the users who get recommendations of both indexes in one list; their first events tell which one they prefer.",
            HelpName = "share",
            CustomParser = result => OptionValue.Real(result),
        };
        var segments = new Option<KeyValuePair<string, double>[]>("--segment")
        {
            Description = "The share that the new index answers of a segment, as queries name it, whatever the migration's share is.",
            HelpName = "name=share",
            CustomParser = ReadSegments,
            DefaultValueFactory = _ => [],
        };
        return new ExampleCommand("divide", "Divide the traffic beside the share, from the next request on: by segments, and by lists of both.",
            "migrate divide --interleave 0.2",
            "migrate divide --segment staff=1 --segment de=0.5",
            "migrate divide   # neither any more")
        { interleaved, segments }.With(async (engine, parsed, cancellationToken) =>
        {
            TrafficRules rules;
            try
            {
                rules = new TrafficRules
                {
                    Interleaved = parsed.GetValue(interleaved),
                    Segments = new Dictionary<string, double>(parsed.GetValue(segments)!),   // ! : it has a default
                };
            }
            catch (ArgumentException refused)
            {
                throw new UsageException(Failures.ReasonOf(refused));
            }
            return await engine.DivideTrafficAsync(rules, cancellationToken: cancellationToken);
        });
    }

    private static KeyValuePair<string, double>[] ReadSegments(ArgumentResult result)
    {
        var read = new List<KeyValuePair<string, double>>();
        foreach (string given in result.Tokens.Select(token => token.Value))
        {
            int at = given.LastIndexOf('=');
            if (at > 0 && double.TryParse(given.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double share)
                && read.TrueForAll(one => one.Key != given[..at]))
            {
                read.Add(new(given[..at], share));
            }
            else
            {
                result.AddError($"--segment takes a segment and its share, such as de=0.5, each once, not '{given}'.");
            }
        }
        return [.. read];
    }
}
