using System.CommandLine;
using Hybrid.Api.Messages;
using Hybrid.Behavior;
using Hybrid.Catalog.Files;
using Hybrid.Cli.Output;
using Hybrid.Cli.Tailing;
using Hybrid.Records;
using Hybrid.Redis;

namespace Hybrid.Cli.Commands;

internal static class TailCommand
{
    /// <summary>Lines that share a transaction where so many are there.</summary>
    private const int MostPerBatch = 5_000;

    public static Command Create()
    {
        var file = new Argument<string>("file")
        {
            Description = "A file that grows, one event a line as POST /v1/events takes them; - is standard input. A file is gone on with where the last time "
                + "ended. Or a stream of a Redis server, redis://127.0.0.1:6379/shop-events, whose entries are acknowledged when they are written.",
            DefaultValueFactory = _ => StandardInput.Path,
        };
        Option<string> folder = SharedOptions.Data("The data folder; made where there is none.");
        var group = new Option<string>("--group")
        {
            Description = "The consumer group of a Redis stream; those of one group share its entries.",
            HelpName = "name",
            DefaultValueFactory = _ => "hybrid",
        };
        var command = new ExampleCommand("tail", "Takes events as they are written, until the input ends or Ctrl-C: they are on the disk a moment later.",
            "tail shop-events.jsonl --data ./my-shop",
            "tail < yesterday.jsonl",
            "tail redis://127.0.0.1:6379/shop-events --group shop")
        { file, group, folder };
        command.SetAction((parsed, cancellationToken) => DataFolder.UseAsync(
            DataFolder.Options(parsed.GetValue(folder)!), mayBeNew: true,   // ! : it has a default
            engine => RedisAddress.IsOne(parsed.GetValue(file)!)
                ? FollowAsync(new RedisTail(RedisPlace.Parse(parsed.GetValue(file)!), parsed.GetValue(group)!, engine), cancellationToken)
                : RunAsync(engine, parsed.GetValue(file)!, cancellationToken), cancellationToken));
        return command;
    }

    private static async Task<int> FollowAsync(RedisTail tail, CancellationToken cancellationToken)
    {
        await tail.RunAsync(cancellationToken);
        tail.Counts.Tell();
        return ExitCode.Done;
    }

    private static async Task<int> RunAsync(HybridEngine engine, string file, CancellationToken cancellationToken)
    {
        bool isFile = file != StandardInput.Path;
        string source = isFile ? Path.GetFullPath(file) : StandardInput.Name;
        await using Stream stream = isFile
            ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
            : new StandardInput(cancellationToken);
        StreamPosition position = isFile ? engine.Records.ReadPosition(source) : default;
        if (isFile && position.Offset > stream.Length)
        {
            Terminal.Note($"{file} is shorter than what was read of it: it is read from its beginning.");
            position = default;
        }
        if (isFile)
            stream.Position = position.Offset;
        var tail = new LineTail();
        Task reading = Task.Run(() => tail.ReadAsync(stream, position, grows: isFile, cancellationToken), CancellationToken.None);
        try
        {
            await TakeAsync(engine, tail, source, isFile, cancellationToken);
        }
        catch (IOException e)
        {
            throw new IOException($"{source}: {e.Message}", e);
        }
        await reading;
        return ExitCode.Done;
    }

    private static async Task TakeAsync(HybridEngine engine, LineTail tail, string source, bool isFile, CancellationToken cancellationToken)
    {
        var counts = new TailCounts();
        var events = new List<Event>();
        var faults = new List<DeadLetter>();
        while (await WaitAsync(tail, cancellationToken))
        {
            events.Clear();
            faults.Clear();
            StreamPosition end = default;
            // What there is, and no waiting for more: a lone event is written at once, and a flood in large transactions.
            while (events.Count + faults.Count < MostPerBatch && tail.Lines.TryRead(out TailedLine line))
            {
                end = line.End;
                Read(line, source, events, faults);
            }
            int added = await engine.TakeAsync(new StreamBatch(source, isFile ? end : null, events, faults), CancellationToken.None);
            counts.Add(added, events.Count - added, faults);
        }
        counts.Tell();
    }

    /// <summary>Whether there is a line; after Ctrl-C only those that have been read.</summary>
    private static async Task<bool> WaitAsync(LineTail tail, CancellationToken cancellationToken)
    {
        try
        {
            return await tail.Lines.WaitToReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return tail.Lines.TryPeek(out _);
        }
    }

    private static void Read(TailedLine line, string source, List<Event> events, List<DeadLetter> faults)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        ReadOnlyMemory<byte> content = line.Content;
        if (content.Span.Trim(" \t\r"u8).IsEmpty)
            return;
        if (line.IsCut)
        {
            faults.Add(new(0, now, source, line.End.Lines, System.Text.Encoding.UTF8.GetString(content.Span[..DeadLetters.MostCharacters]),
                $"The line has more than {LineTail.MostBytes:N0} bytes."));
            return;
        }
        (Event happened, DeadLetter? fault) = EventLine.Read(content, source, line.End.Lines, now);
        if (fault is null)
            events.Add(happened);
        else
            faults.Add(fault);
    }
}
