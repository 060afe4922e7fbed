using System.Diagnostics;
using System.Text.Json;
using Hybrid.Records;
using Hybrid.Tests.Engine;

namespace Hybrid.Tests.Cli;

public sealed class TailCommandTests : IDisposable
{
    private readonly ShopFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lines_of_standard_input_become_events_and_bad_ones_are_kept_with_their_number_and_reason()
    {
        HybridCommand.Result result = await _folder.RunWithInputAsync("""
            {"user":"U1","item":"A","id":"e1"}

            {"user":"U1"}
            {"user":"U1","item":"A","id":"e1"}
            no JSON
            {"user":"U2","item":"B","kind":"view"}
            """, "tail");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("standard input, line 3: The event has no item. Say what it is on.", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Events: 2 new, 1 there already; 2 lines are none, and are kept", result.Errors, StringComparison.Ordinal);
        using RecordStore records = RecordStore.Open(_folder.DataFile("records.db"));
        Assert.Equal(["A"], records.ReadHistory("U1").Select(item => item.Value));
        Assert.Equal(2, records.EventCount);
        JsonElement[] letters = (await _folder.DoAsync("status", "--dead-letters")).Lines;
        Assert.Equal([(5L, "no JSON"), (3L, """{"user":"U1"}""")],
            letters.Select(letter => (letter.GetProperty("line").GetInt64(), letter.GetProperty("content").GetString() ?? "")));
        Assert.Contains("dead letters", (await _folder.DoAsync("status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_followed_as_it_grows_and_gone_on_with_where_the_last_time_ended()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to another process.");
        await _folder.WriteAsync("log.jsonl", Line("A") + Line("B"));
        await using (Tail tail = StartTail())
        {
            await tail.HasAsync(2);
            await File.AppendAllTextAsync(_folder.File("log.jsonl"), Line("C") + "{\"user\":\"U1\",", Token);
            await tail.HasAsync(3);
            await File.AppendAllTextAsync(_folder.File("log.jsonl"), "\"item\":\"D\"}\nbad\n{\"user\":", Token);
            await tail.HasAsync(4);
            HybridCommand.Result ended = await HybridCommand.SignalAsync(tail.Process, "INT");
            Assert.Equal(0, ended.ExitCode);
            Assert.Contains("Events: 4 new, 0 there already", ended.Errors, StringComparison.Ordinal);
        }
        await File.AppendAllTextAsync(_folder.File("log.jsonl"), "\"U1\",\"item\":\"E\"}\nworse\n", Token);
        await using (Tail tail = StartTail())
        {
            await tail.HasAsync(5);
            await Shop.EventuallyAsync(() => Task.FromResult(tail.Records.DeadLetters.Count == 2), "the bad lines are kept");
            tail.Process.Kill();
        }
        using RecordStore records = RecordStore.Open(_folder.DataFile("records.db"));
        Assert.Equal(["A", "B", "C", "D", "E"], records.ReadHistory("U1").Select(item => item.Value).Order(StringComparer.Ordinal));
        Assert.Equal([7L, 5L], records.DeadLetters.Read(9).Select(letter => letter.Line ?? 0));
        Assert.Equal(5, records.EventCount);
    }

    [Fact]
    public async Task A_tail_that_is_killed_again_and_again_takes_every_line_once()
    {
        const int lines = 20_000;
        await File.WriteAllLinesAsync(_folder.File("log.jsonl"), Enumerable.Range(0, lines).Select(i => $$"""{"user":"U{{i % 50}}","item":"P{{i}}"}"""), Token);
        for (long least = 1; ; least += 4_000)
        {
            await using Tail tail = StartTail();
            await tail.HasAsync(Math.Min(least, lines));
            tail.Process.Kill();
            await tail.Process.WaitForExitAsync(Token);
            if (tail.Records.EventCount >= lines)
                break;
        }
        using RecordStore records = RecordStore.Open(_folder.DataFile("records.db"));
        Assert.Equal(lines, records.ReadEvents().Select(happened => happened.Item).Distinct().Count());
        Assert.Equal(lines, records.EventCount);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        HybridCommand.Result result = await _folder.RunAsync("tail", "nowhere.jsonl");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("nowhere.jsonl", result.Errors, StringComparison.Ordinal);
    }

    private static string Line(string item) => $$"""{"user":"U1","item":"{{item}}","kind":"view"}""" + "\n";

    private Tail StartTail()
    {
        var records = RecordStore.Open(_folder.DataFile("records.db"));   // first: two processes that make one file get in each other's way
        return new Tail(HybridCommand.Start(_folder.Path, "tail", "log.jsonl"), records);
    }

    private sealed record Tail(Process Process, RecordStore Records) : IAsyncDisposable
    {
        public Task HasAsync(long events) => Shop.EventuallyAsync(() => Task.FromResult(Records.EventCount >= events), $"{events} events are there");

        public async ValueTask DisposeAsync()
        {
            Records.Dispose();
            if (!Process.HasExited)
                Process.Kill();
            await Process.WaitForExitAsync(CancellationToken.None);
            Process.Dispose();
        }
    }
}
