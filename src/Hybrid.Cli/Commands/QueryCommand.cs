using System.CommandLine;
using Hybrid.Api.Messages;
using Hybrid.Cli.Output;
using Hybrid.Cli.Queries;
using Hybrid.Encoding.Adapting;

namespace Hybrid.Cli.Commands;

/// <summary>What search, similar and recommend share: one query from the command line, or many from a batch.</summary>
internal static class QueryCommand
{
    private static readonly string[] StartingPoints = ["--text", "--item", "--user", "--history"];

    private sealed record Answer<TQuery>(TQuery Query, IReadOnlyList<ResultItem> Results, IReadOnlyList<string>? Warnings);

    /// <param name="read">The command line's query; null when it has none.</param>
    /// <param name="argument">What is missing then, for the message; null: one of the options.</param>
    /// <param name="answer">The runner's method for it.</param>
    /// <param name="explains">Whether a person is to be shown each result's reason.</param>
    /// <param name="kinds">What the command lets say of the kinds of events; null: nothing.</param>
    public static void Configure<TQuery>(
        Command command, Func<ParseResult, TQuery?> read, Argument? argument,
        Func<QueryRunner, Func<TQuery, CancellationToken, Task<IReadOnlyList<ResultItem>>>> answer, Func<TQuery, bool>? explains = null,
        KindOptions? kinds = null)
        where TQuery : class, INarrowedQuery
    {
        Option<string?> batch = SharedOptions.Batch();
        Option<bool> json = SharedOptions.Json();
        Option<string> folder = SharedOptions.Data();
        Option<string?> store = StoreOption.Create();
        Option<string?> model = SharedOptions.Model();
        Option<string?> adapter = SharedOptions.Adapter();
        Option<string?> bridge = SharedOptions.Bridge();
        kinds?.AddTo(command);
        command.Options.Add(batch);
        command.Options.Add(json);
        command.Options.Add(folder);
        command.Options.Add(store);
        command.Options.Add(model);
        command.Options.Add(adapter);
        command.Options.Add(bridge);
        command.Validators.Add(result =>
        {
            bool hasBatch = result.GetResult(batch) is not null;
            bool hasQuery = argument is null
                ? StartingPoints.Any(name => result.GetResult(name) is not null)
                : result.GetResult(argument) is { Tokens.Count: > 0 };
            string query = argument is null ? "--text, --item, --user or --history" : $"<{argument.Name}>";
            if (hasBatch && hasQuery)
                result.AddError($"Give {query} or --batch, not both.");
            else if (!hasBatch && !hasQuery)
                result.AddError($"There is nothing to go by: give {query}, or many queries with --batch.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string data = parsed.GetValue(folder)!;   // ! : it has a default
            HybridOptions options = DataFolder.Options(data, SharedOptions.ModelOf(parsed, model, adapter, data), StoreOption.Of(parsed, store));
            if (parsed.GetValue(bridge) is { } led)
                options = options with { Bridge = TextBridge.Find(data, led) };
            options = kinds?.Apply(parsed, options) ?? options;
            return await DataFolder.UseAsync(options, mayBeNew: false, async engine =>
            {
                var runner = new QueryRunner(engine);
                Func<TQuery, CancellationToken, Task<IReadOnlyList<ResultItem>>> ask = answer(runner);
                // Reads block; Ctrl-C is heard once this method waits.
                if (parsed.GetValue(batch) is { } file)
                    return await Task.Run(() => BatchRunner.RunAsync(file, ask, runner.WarningsOf, cancellationToken), cancellationToken);

                TQuery query = read(parsed)!;   // ! : the validator has seen one
                IReadOnlyList<ResultItem> results = await ask(query, cancellationToken);
                IReadOnlyList<string>? warnings = runner.WarningsOf(query);
                foreach (string warning in warnings ?? [])
                    Terminal.Note($"Warning: {warning}");
                if (parsed.GetValue(json))
                    JsonOutput.WriteLine(new Answer<TQuery>(query, results, warnings));
                else
                    ResultTable.Write(results, explains?.Invoke(query) ?? false);
                return ExitCode.Done;
            }, cancellationToken);
        });
    }
}
