using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Bench;
using Hybrid.Cli.Measuring;
using Hybrid.Cli.Output;
using Spectre.Console;
using static Hybrid.Cli.Output.ResultTable;

namespace Hybrid.Cli.Commands;

internal static class BenchServeCommand
{
    private static readonly TimeSpan Overloaded = TimeSpan.FromSeconds(10);

    private sealed record Report(Machine Machine, int Rate, int Events, int Seconds, IReadOnlyList<ServeLoad.Line> Lines, ServeLoad.Overload? Overload);

    public static Command Create()
    {
        var url = new Argument<Uri>("url")
        {
            Description = "The service, as `hybrid serve` says where it listens. It gets events of made-up users, and keeps them.",
            CustomParser = HealthCommand.AddressOf,
        };
        Option<int> rate = OptionValue.Option("--rate", "Questions a second: by user, by item, by text.", 100, 0, 1_000_000);
        Option<int> events = OptionValue.Option("--events", "Events a second beside them.", 100, 0, 1_000_000);
        Option<int> seconds = OptionValue.Option("--seconds", "How long.", 30, 0, 1_000_000);
        Option<int> overload = OptionValue.Option("--overload",
            "Afterwards so many times the load, for ten seconds: what is refused, and how soon it answers again. 0: none.", 0, 0, 100);
        var key = new Option<string?>("--key") { Description = "The key to ask with; it needs the role ingest.", HelpName = "hyb_…" };
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("serve",
            "Measure a service that runs: its answers under a load that does not wait for them, and how soon events and items count.",
            "bench serve http://127.0.0.1:8080 --rate 500 --events 1000 --seconds 60")
        { url, rate, events, seconds, overload, key, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var load = new ServeLoad(parsed.GetValue(url)!, parsed.GetValue(key));   // ! : it is required
            (int asked, int told, int time) = (parsed.GetValue(rate), parsed.GetValue(events), parsed.GetValue(seconds));
            IReadOnlyList<ServeLoad.Line> lines = await load.RunAsync(asked, told, TimeSpan.FromSeconds(time), cancellationToken);
            ServeLoad.Overload? more = parsed.GetValue(overload) is > 0 and var times
                ? await load.OverloadAsync(asked * times, told * times, Overloaded, cancellationToken) : null;
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new Report(Machine.Here(), asked, told, time, lines, more));
            else
                Write(lines, more);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(IReadOnlyList<ServeLoad.Line> lines, ServeLoad.Overload? overload)
    {
        Console.Out.WriteLine(Machine.Here());
        Table table = OfNumbers("what", "count", "p50 ms", "p99 ms", "most ms", "shed", "failed");
        foreach (ServeLoad.Line line in lines)
            table.AddRow(line.What, Number(line.Count, "N0"), Number(line.P50, "F1"), Number(line.P99, "F1"), Number(line.Most, "F1"), Number(line.Shed, "N0"),
                Number(line.Failed, "N0"));
        ResultTable.Write(table);
        if (overload is not { } more)
            return;
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"At {more.Rate:N0} questions a second: {more.Count:N0} requests, {more.Shed:N0} refused, {more.WithRetryAfter:N0} of them with Retry-After, "
            + $"{more.Failed:N0} failed; answers at once again {more.RecoverySeconds:F1} s after it."));
    }
}
