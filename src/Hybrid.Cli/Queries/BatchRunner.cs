using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Cli.Output;
using Hybrid.Recommending;

namespace Hybrid.Cli.Queries;

/// <summary>Answers a JSONL file of queries: one result a line, in order; a line that cannot be answered gets an error object with its number.</summary>
internal static class BatchRunner
{
    private sealed record Answer<TQuery>(int Line, TQuery Query, IReadOnlyList<ResultItem> Results);

    private sealed record Refusal(int Line, string Error);

    /// <returns>The exit code: <see cref="ExitCode.BadInput"/> when any line was refused.</returns>
    public static async Task<int> RunAsync<TQuery>(FileInfo file, Func<TQuery, CancellationToken, Task<IReadOnlyList<ResultItem>>> answer, CancellationToken cancellationToken)
        where TQuery : class
    {
        using StreamReader lines = Open(file);
        int number = 0, refused = 0;
        // Each result leaves at once, so that a reader of the pipe can follow; a flush a line costs little beside a query.
        for (string? line; (line = await lines.ReadLineAsync(cancellationToken)) is not null;)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                TQuery query = JsonSerializer.Deserialize<TQuery>(line, JsonOutput.Options) ?? throw new JsonException("null is no query");
                JsonOutput.WriteLine(new Answer<TQuery>(number, query, await answer(query, cancellationToken)));
            }
            catch (Exception bad) when (bad is JsonException or ArgumentException or FormatException or UnknownItemException)
            {
                refused++;
                JsonOutput.WriteLine(new Refusal(number, bad is JsonException json ? Explain<TQuery>(json) : Failures.MessageOf(bad)));
            }
        }
        if (refused == 0)
            return ExitCode.Done;
        Terminal.Note($"{refused} of {number} lines could not be answered; each has an \"error\" in its place.");
        return ExitCode.BadInput;
    }

    private static StreamReader Open(FileInfo file)
    {
        if (file.Name == "-")
            return new StreamReader(Console.OpenStandardInput());
        if (!file.Exists)
            throw new DataFileException(file.FullName, "it does not exist: check the path given to --batch");
        return file.OpenText();
    }

    private static string Explain<TQuery>(JsonException bad)
    {
        string fields = string.Join(", ", typeof(TQuery).GetProperties().Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name)));
        string place = bad.Path is null or "$" ? "" : $" at {bad.Path}";
        return $"Not a query{place}: a line is one JSON object with some of the fields {fields}. {bad.Message}";
    }
}
