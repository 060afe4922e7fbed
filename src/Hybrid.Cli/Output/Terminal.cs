using System.Diagnostics;
using Hybrid.Catalog;
using Spectre.Console;

namespace Hybrid.Cli.Output;

/// <summary>What goes to standard error: notes, errors, progress. Bars on a terminal, plain lines elsewhere.</summary>
internal static class Terminal
{
    private static readonly IAnsiConsole Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) });

    public static bool IsInteractive { get; } = !System.Console.IsErrorRedirected && Console.Profile.Capabilities.Interactive;

    public static void Error(string message) => Note($"hybrid: {message}");

    /// <summary>Writes lines of text; what they quote from data or from the command line is shown and not obeyed.</summary>
    public static void Note(string message)
    {
        foreach (string line in message.Split('\n'))
            System.Console.Error.WriteLine(PlainText.Of(line.TrimEnd('\r')));
    }

    /// <summary>Says at the end of a run how many of its texts the model hardly knew, if there were any.</summary>
    public static void NoteUnknownTexts(string? warning)
    {
        if (warning is not null)
            Note($"Warning: {warning}");
    }

    /// <summary>Names a part of a long step that begins; on a terminal the bar says that something goes on.</summary>
    public static void Step(string what)
    {
        if (!IsInteractive)
            Note(what);
    }

    /// <summary>Says once, at the end of a command, what was imported and is not searched yet.</summary>
    public static void NoteNotIndexed(long count)
    {
        if (count > 0)
            Note($"{(count == 1 ? "1 item is" : $"{count:N0} items are")} not indexed yet: run `hybrid index`.");
    }

    /// <summary>Runs a long step that reports how many of <paramref name="total"/> things are done; 0 when that is not known.</summary>
    /// <param name="left">What to say when the step is cancelled: what it has left; null: nothing worth saying.</param>
    /// <exception cref="CancelledException">The step was cancelled, and has left something.</exception>
    public static async Task<T> RunAsync<T>(string title, long total, string? left, Func<IProgress<long>, Task<T>> step)
    {
        try
        {
            return IsInteractive ? await RunWithBarAsync(title, total, step) : await RunPlainAsync(title, total, step);
        }
        catch (OperationCanceledException cancelled) when (left is not null)
        {
            throw new CancelledException(left, cancelled);
        }
    }

    private static Task<T> RunWithBarAsync<T>(string title, long total, Func<IProgress<long>, Task<T>> step) => Console.Progress()
        .AutoClear(false)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
        .StartAsync(async context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(1, total));
            task.IsIndeterminate = total == 0;
            T result = await step(new Report(done => task.Value = done));
            task.IsIndeterminate = false;
            task.Value = task.MaxValue;
            return result;
        });

    private static async Task<T> RunPlainAsync<T>(string title, long total, Func<IProgress<long>, Task<T>> step)
    {
        long started = Stopwatch.GetTimestamp();
        TimeSpan lastLine = TimeSpan.Zero;
        T result = await step(new Report(done =>
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            if (elapsed - lastLine < TimeSpan.FromSeconds(5))
                return;
            lastLine = elapsed;
            string share = total > 0 ? $" of {total:N0} ({100.0 * done / total:F0} %)" : "";
            string left = total > done && done > 0 ? $", about {elapsed.TotalSeconds * (total - done) / done:F0} s left" : "";
            Note($"{title}: {done:N0}{share}, {elapsed.TotalSeconds:F0} s{left}");
        }));
        Note($"{title}: done in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
        return result;
    }

    /// <summary>Unlike <see cref="Progress{T}"/> it reports at once, in order, on the caller's thread.</summary>
    private sealed class Report(Action<long> show) : IProgress<long>
    {
        void IProgress<long>.Report(long value) => show(value);
    }
}
