using Hybrid.Behavior;
using Hybrid.Records;
using Hybrid.Streaming;

namespace Hybrid.Tests.Streaming;

public sealed class EventCommitsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordStore _records;
    private readonly ManualResetEventSlim _begun = new(), _goOn = new();
    private int _commits;
    private Action _committed = () => { };

    public EventCommitsTests() => _records = RecordStore.Open(_folder.File("records.db"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _records.Dispose();
        _folder.Dispose();
        _begun.Dispose();
        _goOn.Dispose();
    }

    [Fact]
    public async Task Who_comes_while_others_are_written_shares_the_next_transaction()
    {
        (EventCommits commits, Task first) = OpenHeld(View("u0", "A"));
        Task<IReadOnlyList<bool>>[] others = [.. Enumerable.Range(1, 50).Select(i => commits.AppendAsync([View($"u{i}", "A"), View($"u{i}", "B")], Token))];
        Assert.Equal(100, commits.Waiting);
        Assert.False(first.IsCompleted);   // written, but its callers learn of it last

        _goOn.Set();
        await first;
        await Task.WhenAll(others);

        Assert.Equal((2, 101L, 0), (_commits, _records.EventCount, commits.Waiting));
        Assert.Equal(["A", "B"], _records.ReadHistory("u7").Select(item => item.Value));
    }

    [Fact]
    public async Task An_event_that_is_sent_again_is_acknowledged_and_not_counted_twice()
    {
        EventCommits commits = Open();
        Event once = View("u", "A") with { Id = "e1" };

        Assert.Equal([true, true, false], await commits.AppendAsync([once, View("u", "A"), once], Token));
        Assert.Equal([false, true], await commits.AppendAsync([once with { Item = "B" }, View("u", "A")], Token));

        Assert.Equal(3, _records.EventCount);
        Assert.Equal([once, View("u", "A"), View("u", "A")], _records.ReadEvents());
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_its_turn_writes_nothing()
    {
        (EventCommits commits, Task first) = OpenHeld(View("u", "A"));
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task second = commits.AppendAsync([View("u", "B")], cancellation.Token), third = commits.AppendAsync([View("u", "C")], Token);

        await cancellation.CancelAsync();
        _goOn.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Task.WhenAll(first, third);
        Assert.Equal(["A", "C"], _records.ReadHistory("u").Select(item => item.Value));
    }

    [Fact]
    public async Task More_than_may_wait_is_refused_and_says_when_to_come_again()
    {
        (EventCommits commits, Task first) = OpenHeld(View("u", "A"));
        Event[] many = [.. Enumerable.Repeat(View("u", "B"), EventCommits.MostWaiting)];
        Task second = commits.AppendAsync(many, Token);

        OverloadedException refused = await Assert.ThrowsAsync<OverloadedException>(() => commits.AppendAsync([View("u", "C")], Token));

        Assert.Equal("100,000 events wait to be written: nothing of this call was taken. Send it again in 1 s, and less at a time.", refused.Message);
        _goOn.Set();
        await Task.WhenAll(first, second);
        Assert.Equal([true], await commits.AppendAsync([View("u", "C")], Token));
    }

    [Fact]
    public async Task An_incomplete_event_costs_its_own_call_alone()
    {
        EventCommits commits = Open();
        Task good = commits.AppendAsync([View("u", "A")], Token);
        await Assert.ThrowsAsync<ArgumentException>(() => commits.AppendAsync([new Event(default, "A", "view", null)], Token));
        await good;
        Assert.Equal(1, _records.EventCount);
    }

    [Fact]
    public async Task Callers_learn_it_when_the_records_fail()
    {
        EventCommits commits = Open();
        _records.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => commits.AppendAsync([View("u", "A")], Token));
    }

    /// <summary>With a first event written, whose caller learns of it when <see cref="_goOn"/> is set; until then nothing else is written.</summary>
    private (EventCommits Commits, Task First) OpenHeld(Event first)
    {
        _committed = () =>
        {
            _begun.Set();
            _goOn.Wait(Token);
        };
        EventCommits commits = Open();
        Task written = commits.AppendAsync([first], Token);
        _begun.Wait(Token);
        return (commits, written);
    }

    private EventCommits Open() => new(_records, () =>
    {
        _commits++;
        _committed();
    });

    private static Event View(string user, string item) => new(user, item, "view", DateTimeOffset.UnixEpoch);
}
