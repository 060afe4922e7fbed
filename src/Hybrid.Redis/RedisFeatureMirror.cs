using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Threading.Channels;
using Hybrid.Behavior;
using Hybrid.Records;
using Hybrid.Streaming;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Hybrid.Redis;

/// <summary>Follows the log of the records and keeps a server as it is: removes who has something new, and fills in who is asked for.</summary>
/// <remarks>
/// <para>One step at a time, each by a script that does nothing where the state is not as this object left it: then another process of this machine has gone
/// on, which is as good, or the server has started empty or with an older state, from which it goes on.</para>
/// <para>Threads: every member may be called concurrently.</para>
/// </remarks>
internal sealed class RedisFeatureMirror : IFeatureMirror
{
    /// <summary>More new events than these are not followed: all is made anew.</summary>
    private const int MostFollowed = 20_000;

    /// <summary>Keys that one script removes, that one step fills, that wait to be filled; whoever wants more names them again.</summary>
    private const int MostRemoved = 1_000, MostFilled = 256, MostWanted = 10_000;

    /// <summary>Items of what is popular: more than any answer has.</summary>
    private const int MostPopular = 10_000;

    private const int MostAttempts = 5;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50), Pause = TimeSpan.FromMilliseconds(300), ShortLife = TimeSpan.FromSeconds(10);

    private readonly RedisFeatureOptions _options;
    private readonly FeatureFacts _facts;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly RedisLink _link;
    private readonly RedisKeys _keys;
    private readonly string _log;
    private readonly Channel<string> _wanted =
        Channel.CreateBounded<string>(new BoundedChannelOptions(MostWanted) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _stepping = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private RedisState? _state;   // under _stepping; null: not known
    private long? _mark;          // likewise; of the records at _state
    private long _renewed;        // likewise; a timestamp
    private long _erased;         // likewise; events that were erased since _state
    private bool _listens;
    private volatile string? _failure;

    /// <param name="options">Steps take longer than requests: they have ten times the time.</param>
    public RedisFeatureMirror(RedisFeatureOptions options, FeatureFacts facts, TimeProvider clock, ILogger logger)
    {
        (_options, _facts, _clock, _logger) = (options, facts, clock, logger);
        _link = new RedisLink(options with { Timeout = TimeSpan.FromTicks(Math.Min(10 * options.Timeout.Ticks, TimeSpan.TicksPerMinute)) });
        _keys = options.Keys;
        _log = XxHash64.HashToUInt64(System.Text.Encoding.UTF8.GetBytes($"{Environment.MachineName}\n{Path.GetFullPath(facts.Records.Path)}"))
            .ToString("x16", CultureInfo.InvariantCulture);
        _running = Task.Run(RunAsync);
    }

    public string? Failure => _failure;

    public void Signal() => _wanted.Writer.TryWrite("");

    public async Task EraseAsync(UserId user, long events, CancellationToken cancellationToken)
    {
        await _stepping.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // What is read of the records from here on has nothing of the user: nothing comes back.
            _mark = null;
            await _link.AskAsync("erase a user", redis => redis.KeyDeleteAsync([_keys.Of(user), _keys.Popular, _keys.Kinds]), cancellationToken)
                .ConfigureAwait(false);
            // That the log has fewer events is then no reason to make all anew; where the server has not done it, it is.
            _erased += events;
        }
        finally
        {
            _stepping.Release();
        }
        Signal();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _link.DisposeAsync().ConfigureAwait(false);
        _stepping.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                HashSet<string> wanted = await TakeWantedAsync(_stopping.Token).ConfigureAwait(false);
                if (_facts.Records.IsUnused)
                    continue;   // another machine may be the one that has records
                await StepAsync(wanted, _stopping.Token).ConfigureAwait(false);
                if (_failure is not null)
                    _logger.LogInformation("{Store} is filled again.", _options);
                _failure = null;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (_failure is null)
                    _logger.LogWarning(e, "{Store} could not be filled; it is tried again until it can. {Reason}", _options, e.Message);
                _failure = e.Message;
                await Task.Delay(Pause, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>What readers miss, as soon as they miss something; nothing after a while, or when the log has grown.</summary>
    private async Task<HashSet<string>> TakeWantedAsync(CancellationToken cancellationToken)
    {
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            either.CancelAfter(Interval);
            Task come = _wanted.Reader.WaitToReadAsync(either.Token).AsTask();
            await come.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        cancellationToken.ThrowIfCancellationRequested();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (keys.Count < MostFilled && _wanted.Reader.TryRead(out string? key))
        {
            if (key.Length > 0)
                keys.Add(key);
        }
        return keys;
    }

    private async Task StepAsync(HashSet<string> wanted, CancellationToken cancellationToken)
    {
        await _stepping.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_listens)
                await _link.ListenAsync(_keys.Wanted, key => _wanted.Writer.TryWrite(key), cancellationToken).ConfigureAwait(false);
            _listens = true;
            RedisState state = await FollowAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(wanted.Select(key => FillAsync(state, key, cancellationToken))).ConfigureAwait(false);
        }
        catch
        {
            // Whether the last script was run is not known, and what the server has when it is back may be older than what was erased.
            (_state, _erased) = (null, 0);
            throw;
        }
        finally
        {
            _stepping.Release();
        }
    }

    /// <summary>Takes the server to where the log is.</summary>
    private async Task<RedisState> FollowAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (_state is null)
                (_state, _mark) = (await FindStateAsync(cancellationToken).ConfigureAwait(false), null);
            long? mark = _facts.Records.ChangeMark;
            bool isFresh = _renewed != 0 && _clock.GetElapsedTime(_renewed) < _options.MostStale / 4;
            if (_state is not null && mark is not null && mark == _mark && isFresh)
                return _state;
            if (await AdvanceAsync(_state, cancellationToken).ConfigureAwait(false) is { } next)
            {
                (_state, _mark, _renewed, _erased) = (next, mark, _clock.GetTimestamp(), 0);
                return next;
            }
            (_state, _erased) = (null, 0);
            if (attempt == MostAttempts)
                throw new FeatureStoreException(_options.ToString(), "follow the log", "another process changes it all the time");
        }
    }

    /// <returns>Null where there is none from which it can go on.</returns>
    /// <exception cref="FeatureStoreException">It is that of another log: both would void each other's all the time.</exception>
    private async Task<RedisState?> FindStateAsync(CancellationToken cancellationToken)
    {
        RedisState? found = RedisState.Parse(await _link.AskAsync("read the state", redis => redis.StringGetAsync(_keys.State), cancellationToken)
            .ConfigureAwait(false));
        return found is null || found.Log == _log ? found : throw new FeatureStoreException(_options.ToString(), "follow the log",
            $"another data folder fills it. Give each a name of its own, redis://host:port/name, or wait {_options.MostStale.TotalSeconds:0} s after the other "
            + "one has ended");
    }

    /// <returns>Null where the state is not as it was thought to be.</returns>
    private async Task<RedisState?> AdvanceAsync(RedisState? before, CancellationToken cancellationToken)
    {
        if (before is null)
            return await BeginAsync("", cancellationToken).ConfigureAwait(false);
        (IReadOnlyList<LoggedEvent>? events, LogState at) = _facts.Records.ReadEventsBehind(before.At.Last, MostFollowed);
        if (events is null || at.Last < before.At.Last || before.At.Events + events.Count - _erased != at.Events)
            return await BeginAsync(before.ToString(), cancellationToken).ConfigureAwait(false);
        RedisState next = before with { At = at };
        // Who has something new goes before the state says that it is taken in: what a script in between leaves is removed twice.
        RedisKey[] changed = [.. events.Select(logged => logged.Event.User).Distinct().Select(user => (RedisKey)_keys.Of(user))];
        string expected = before.ToString();
        foreach (RedisKey[] part in changed.Chunk(MostRemoved).SkipLast(1))
        {
            if (!await AdvanceAsync(expected, expected, part, cancellationToken).ConfigureAwait(false))
                return null;
        }
        return await AdvanceAsync(expected, next.ToString(), changed.Chunk(MostRemoved).LastOrDefault() ?? [], cancellationToken).ConfigureAwait(false)
            ? next : null;
    }

    private async Task<bool> AdvanceAsync(string from, string to, RedisKey[] removed, CancellationToken cancellationToken) =>
        (long)await _link.AskAsync("follow the log", redis => redis.ScriptEvaluateAsync(RedisScripts.Advance, [_keys.State, .. removed],
            [from, to, (long)_options.MostStale.TotalMilliseconds]), cancellationToken).ConfigureAwait(false) == 1;

    /// <summary>Makes all void, and removes it.</summary>
    private async Task<RedisState?> BeginAsync(string expected, CancellationToken cancellationToken)
    {
        var next = new RedisState(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), _log, _facts.Records.ReadLogState());
        if (!await AdvanceAsync(expected, next.ToString(), [_keys.Popular, _keys.Kinds], cancellationToken).ConfigureAwait(false))
            return null;
        // Who was erased while the server was away, or by another process, is among these.
        var old = new List<RedisKey>(MostRemoved);
        await foreach (RedisKey key in _link.FindKeysAsync(_keys.Users).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            old.Add(key);
            if (old.Count == MostRemoved)
                await RemoveAsync(old, cancellationToken).ConfigureAwait(false);
        }
        await RemoveAsync(old, cancellationToken).ConfigureAwait(false);
        return next;
    }

    private async Task RemoveAsync(List<RedisKey> keys, CancellationToken cancellationToken)
    {
        if (keys.Count > 0)
            await _link.AskAsync("remove what is void", redis => redis.KeyDeleteAsync([.. keys]), cancellationToken).ConfigureAwait(false);
        keys.Clear();
    }

    private async Task FillAsync(RedisState state, string key, CancellationToken cancellationToken)
    {
        if (Make(state, key, cancellationToken) is not var (entry, lifetime))
            return;
        // Where another process has gone on meanwhile, the reader asks once more.
        await _link.AskAsync("fill in", redis => redis.ScriptEvaluateAsync(RedisScripts.Fill, [_keys.State, key],
            [state.ToString(), entry, (long)lifetime.TotalMilliseconds]), cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Null for what is no key of these.</returns>
    private (byte[] Entry, TimeSpan Lifetime)? Make(RedisState state, string key, CancellationToken cancellationToken)
    {
        if (key == _keys.Popular)
            return (RedisEntry.Write(state, [.. _facts.Popular().Take(MostPopular)]), ShortLife);
        if (key == _keys.Kinds)
            return (RedisEntry.Write(state, _facts.Kinds(cancellationToken)), ShortLife);
        if (!key.StartsWith(_keys.Users, StringComparison.Ordinal)
            || !UserId.TryParse(key[_keys.Users.Length..], CultureInfo.InvariantCulture, out UserId user))
            return null;
        // It may have events behind the state: they are removed with those once more, and it is filled in again.
        (IReadOnlyList<LoggedEvent>? events, _) = _facts.Records.ReadNewest(user, _facts.HistoryLength + 1);
        if (events is not null)
            return (RedisEntry.Write(state, RecentEvents.Of(events, _facts.HistoryLength)), _options.Lifetime);
        // What these are on depends on the catalogue, which may change without an event.
        IReadOnlyList<Event> settled = _facts.Records.ReadEvents(user, _facts.HistoryLength + 1);
        return (RedisEntry.Write(state, RecentEvents.Of(settled.Reverse().Select((happened, place) => new LoggedEvent(place, happened)),
            _facts.HistoryLength)), ShortLife);
    }
}
