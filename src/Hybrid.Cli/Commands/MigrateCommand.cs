using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Output;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Cli.Commands;

/// <summary>Moving from the vectors that a shop has to others: a command for each step.</summary>
internal static class MigrateCommand
{
    public static ExampleCommand Create() => new("migrate",
        "Move from old vectors to new ones: look at what there is, build the new beside the old, compare, lead readers over in steps, and back.",
        "migrate inspect vectors.bin --fail-on not-finite,duplicates",
        "migrate alphas --legacy vectors.bin",
        "migrate plan --to blend1 --legacy vectors.bin --alpha 0.3",
        "migrate start && hybrid migrate next",
        "migrate status")
    {
        MigrateInspectCommand.Create(),
        MigrateAlphasCommand.Create(),
        MigratePlanCommand.Create(),
        MigrateStartCommand.Create(),
        MigrateNextCommand.Create(),
        MigrateStatusCommand.Create(),
        MigrateCompareCommand.Create(),
        MigrateReportCommand.Create(),
        MigrateReconcileCommand.Create(),
        MigrateDivideCommand.Create(),
        MigratePauseCommand.Create(),
        MigrateRollbackCommand.Create(),
        MigrateFinishCommand.Create(),
    };

    /// <summary>Adds the options that every step has, and what it does on the folder.</summary>
    /// <param name="work">What it does; null, or a status, which is shown.</param>
    public static ExampleCommand With(this ExampleCommand command, Func<HybridEngine, ParseResult, CancellationToken, Task<MigrationStatus?>> work)
    {
        Option<bool> json = SharedOptions.Json();
        command.Options.Add(json);
        return command.Run(async (engine, parsed, cancellationToken) =>
        {
            if (await work(engine, parsed, cancellationToken) is { } status)
                Write(status, parsed.GetValue(json));
            return ExitCode.Done;
        });
    }

    /// <summary>Adds the options of a folder, and what the command does on it.</summary>
    /// <param name="work">What it does; gives the exit code.</param>
    public static ExampleCommand Run(this ExampleCommand command, Func<HybridEngine, ParseResult, CancellationToken, Task<int>> work)
    {
        Option<string> folder = SharedOptions.Data();
        Option<string?> store = StoreOption.Create(), model = SharedOptions.Model();
        foreach (Option option in (Option[])[folder, store, model])
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // ! : it has a default.
            HybridOptions options = DataFolder.Options(parsed.GetValue(folder)!, parsed.GetValue(model), StoreOption.Of(parsed, store));
            DataFolder.RequireRecords(options);
            await using HybridEngine engine = await DataFolder.OpenAsync(options, cancellationToken);
            return await work(engine, parsed, cancellationToken);
        });
        return command;
    }

    public static void Write(MigrationStatus status, bool json)
    {
        if (json)
        {
            JsonOutput.WriteLine(status);
            return;
        }
        bool isShared = status.Stage is MigrationStage.Ramping or MigrationStage.Holding;
        string share = isShared ? string.Create(CultureInfo.InvariantCulture, $" {status.Share:P0}") : "";
        string where = status.NewStore is null ? "" : $" in {status.NewStore}", led = status.New is null ? "" : $"; {status.Old} → {status.New}{where}";
        Console.Out.WriteLine($"{status.Name}: {status.Stage}{share}{(status.IsPaused ? ", paused" : "")}{led}");
        string byOld = status.OldPending > 0 ? $", {status.OldPending:N0} by the old one" : "";
        string differing = status.Divergence is { } rows ? $" {rows:N0} rows differed when all were compared last." : "";
        Console.Out.WriteLine($"{status.Items:N0} items; {status.Pending:N0} changes still to be taken{byOld}.{differing}"
            + $"{(status.HoldsUntil is { } until ? $" Holds until {until:u}." : "")}");
        if (status.Traffic is { } traffic)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Requests that led to an event: {traffic.Old.Rate:P2} of the old one's, "
                + $"{traffic.New.Rate:P2} of the new one's; ahead by {traffic.Ahead.Value:+0.00 %;-0.00 %} [{traffic.Ahead.Low:+0.00 %;-0.00 %}, "
                + $"{traffic.Ahead.High:+0.00 %;-0.00 %}], whenever one looks."));
        }
        if (status.Interleaved is { } both)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Lists of both: {both.Requests:N0} shown; {both.PreferNew:N0} users chose the "
                + $"new one's first, {both.PreferOld:N0} the old one's; evidence {both.Evidence:F1}, of which 20 is enough, whenever one looks."));
        }
        foreach (AlphaStep alpha in status.Alphas ?? [])
        {
            string when = alpha.Since is { } since ? $"since {since:u}" : alpha.Due is { } due ? $"from {due:u}" : "still to come";
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  alpha {alpha.Alpha}  {when}  {alpha.Collection}").TrimEnd());
        }
        foreach (MigrationStep step in status.Steps)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {step.Time:u}  {step.Stage} {step.Share:P0}  {step.Why}"));
    }
}
