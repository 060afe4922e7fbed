using System.Diagnostics;
using Hybrid.Encoding;
using Spectre.Console;

namespace Hybrid.Cli.Output;

/// <summary>What goes to standard error: notes, errors, progress. Bars on a terminal, plain lines elsewhere.</summary>
internal static class Terminal
{
    private static readonly IAnsiConsole Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) });

    public static bool IsInteractive { get; } = !System.Console.IsErrorRedirected && Console.Profile.Capabilities.Interactive;

    public static void Error(string message) => System.Console.Error.WriteLine($"hybrid: {message}");

    public static void Note(string message) => System.Console.Error.WriteLine(message);

    /// <summary>Says at the end of a run how many of its texts the model hardly knew, if there were any.</summary>
    public static void NoteUnknownTexts(TextEncoder encoder)
    {
        if (encoder.UnknownTextWarning is { } warning)
            Note($"Warning: {warning}");
    }

    /// <summary>Runs a long step that reports how many of <paramref name="total"/> things are done; 0 when that is not known.</summary>
    public static async Task<T> RunAsync<T>(string title, long total, Func<IProgress<long>, Task<T>> step)
    {
        if (!IsInteractive)
            return await RunPlainAsync(title, total, step);
        return await Console.Progress()
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
    }

    /// <inheritdoc cref="RunAsync{T}(string, long, Func{IProgress{long}, Task{T}})"/>
    public static Task<T> RunAsync<T>(string title, long total, Func<IProgress<long>, T> step) =>
        RunAsync(title, total, progress => Task.Run(() => step(progress)));

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
            Note(total > 0 ? $"{title}: {done:N0} of {total:N0} ({100.0 * done / total:F0} %), {elapsed.TotalSeconds:F0} s" : $"{title}: {done:N0}, {elapsed.TotalSeconds:F0} s");
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
