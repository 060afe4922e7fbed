using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Streaming;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Hybrid.Redis;

/// <summary>Features on a Redis server: read by any machine, filled by the one that owns the records.</summary>
/// <remarks>
/// <para>Whoever is not there is asked for, and filled in by that machine within milliseconds; what a new event changes is removed. So what is there is as the
/// log is at the state that stands beside it, which is read in the same step: what is of another generation, and all where no state is, counts as not
/// there.</para>
/// <para>Behind the log: by the time that a commit takes to get there, some milliseconds; at most <see cref="RedisFeatureOptions.MostStale"/> where the machine
/// that fills it is away or cut off. What is popular, and how many events there are of each kind, is up to ten seconds old.</para>
/// </remarks>
internal sealed class RedisFeatureStore : ISharedFeatures
{
    /// <summary>What is wanted is named again where a message was lost.</summary>
    private const int LooksPerRequest = 8;

    private const string NobodyFills = "no machine that owns the records fills it";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(3);

    private readonly RedisFeatureOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly RedisLink _link;
    private readonly RedisKeys _keys;

    public RedisFeatureStore(RedisFeatureOptions options, ILoggerFactory loggers)
    {
        (_options, _loggers, _keys, _link, Name) = (options, loggers, options.Keys, new RedisLink(options), options.ToString());
        _link.Begin();
    }

    public string Name { get; }

    public IFeatureMirror Fill(FeatureFacts facts) => new RedisFeatureMirror(_options, facts, TimeProvider.System, _loggers.CreateLogger<RedisFeatureMirror>());

    public async ValueTask<RecentEvents?> FindAsync(UserId user, CancellationToken cancellationToken) =>
        await ReadAsync("read a user", _keys.Of(user), RedisEntry.ReadEvents, cancellationToken).ConfigureAwait(false);

    public ValueTask<IReadOnlyDictionary<string, long>> ReadKindsAsync(CancellationToken cancellationToken) =>
        ReadAsync("read the kinds of events", _keys.Kinds, RedisEntry.ReadCounts, cancellationToken);

    public ValueTask<IReadOnlyList<ItemId>> ReadPopularAsync(CancellationToken cancellationToken) =>
        ReadAsync("read what is popular", _keys.Popular, RedisEntry.ReadItems, cancellationToken);

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async ValueTask<T> ReadAsync<T>(string operation, string key, Func<RedisState, byte[], T?> read, CancellationToken cancellationToken)
        where T : class
    {
        long begin = TimeProvider.System.GetTimestamp();
        RedisKey[] both = [_keys.State, key];
        for (int look = 0; ; look++)
        {
            RedisValue[] found = await _link.AskAsync(operation, redis => redis.StringGetAsync(both), cancellationToken).ConfigureAwait(false);
            RedisState? state = RedisState.Parse(found[0]);
            if (state is not null && (byte[]?)found[1] is { } entry && read(state, entry) is { } known)
                return known;
            if (TimeProvider.System.GetElapsedTime(begin) > _options.Timeout)
            {
                throw new FeatureStoreException(Name, operation, state is null ? NobodyFills
                    : $"it was not filled in within {_options.Timeout.TotalMilliseconds:0} ms");
            }
            if (look % LooksPerRequest == 0 && await _link.AskAsync(operation, redis => redis.PublishAsync(RedisChannel.Literal(_keys.Wanted), key),
                cancellationToken).ConfigureAwait(false) == 0 && state is null)
            {
                throw new FeatureStoreException(Name, operation, NobodyFills);
            }
            await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }
}
