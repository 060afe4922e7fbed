using System.Diagnostics.Metrics;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Recommending;
using Hybrid.Records;
using Hybrid.Streaming;
using Microsoft.Extensions.Logging;

namespace Hybrid;

/// <summary>Whom requests ask what users did: what this process keeps of its own records, or the store that a machine with records fills for others.</summary>
public sealed partial class HybridEngine
{
    private static readonly TimeSpan PopularInterval = TimeSpan.FromSeconds(1);

    private readonly ISharedFeatures? _shared;
    private readonly IFeatureMirror? _mirror;
    private readonly Meter _featureMeter = new("Hybrid.Features");
    private readonly StoreHealth _health;
    private long _degraded;
    private long _popularAsked;   // a timestamp; 0: never
    private volatile IReadOnlyList<ItemId>? _sharedPopular;   // as it was told last
    private volatile string? _featureFailure;

    /// <summary>Whether this machine reads what another one fills, because it has no records to write, or none yet.</summary>
    private bool ReadsShared => _shared is not null && (Options.WithoutRecords || Records.IsReadOnly || Records.IsUnused);

    /// <summary>Why the shared feature store is not read or filled; null where it is, or there is none.</summary>
    internal string? FeatureFailure => _mirror?.Failure ?? _featureFailure;

    /// <summary>A user's last events, as <see cref="Records.RecordStore.ReadEvents(UserId, int)"/> has them, and what the user is doing now.</summary>
    /// <remarks>A machine without records knows of <see cref="HybridOptions.SharedFeatures"/> no more events than
    /// <see cref="FeatureOptions.HistoryLength"/>.</remarks>
    /// <param name="count">The most events that return, at least 1.</param>
    /// <returns>The session is null where the user is doing nothing now.</returns>
    /// <exception cref="FeatureStoreException">There are no records here, and the shared feature store does not answer.</exception>
    /// <exception cref="RecordsException">The records failed.</exception>
    public Task<(IReadOnlyList<Event> Events, CurrentSession? Session)> ReadUserAsync(
        UserId user, int count, CancellationToken cancellationToken = default) => RunLongAsync<(IReadOnlyList<Event>, CurrentSession?)>(async stop =>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        if (ReadsShared && await ReadSharedAsync(shared => shared.FindAsync(user, stop)).ConfigureAwait(false) is { } told)
            return ([.. told.Ordered(user, now).Reverse().Take(count)], told.SessionOf(now, Options.Sessions.Gap));
        IReadOnlyList<Event> events = Records.ReadEvents(user, Math.Max(count, Options.Features.HistoryLength));
        // What is asked for is read anyway: no need to have it in memory.
        var recent = RecentEvents.Of(events.Take(Options.Features.HistoryLength).Reverse().Select((happened, place) => new LoggedEvent(place, happened)),
            Options.Features.HistoryLength);
        return ([.. events.Take(count)], recent.SessionOf(now, Options.Sessions.Gap));
    }, cancellationToken);

    private StoreHealth WatchStores()
    {
        _featureMeter.CreateObservableCounter("hybrid.events.late", () => Features.LateEvents, "{event}",
            "Events that came later after their time than FeatureOptions.LateAfter.");
        _featureMeter.CreateObservableCounter("hybrid.features.degraded", () => Interlocked.Read(ref _degraded), "{request}",
            "Requests for which the shared feature store did not answer; the records of this machine answered, or the request was refused.");
        var stores = new List<(string, Func<CancellationToken, Task>)> { ("vectors", stop => Store.ListAsync(stop)) };
        if (!Options.WithoutRecords)
            stores.Add(("records", stop => Task.Run(() => Records.EventCount, stop)));
        if (_shared is { } shared)
        {
            stores.Add(("features", stop => ReadsShared ? shared.ReadKindsAsync(stop).AsTask()
                : _mirror?.Failure is { } failure ? Task.FromException(new InvalidOperationException(failure)) : Task.CompletedTask));
        }
        return new(_featureMeter, [.. stores]);
    }

    private IFeatureMirror? StartMirror() => _shared is not null && !Options.WithoutRecords && !Records.IsReadOnly
        ? _shared.Fill(new FeatureFacts(Records, ReadPopular, Features.ReadKinds, Options.Features.HistoryLength))
        : null;

    private async ValueTask<UserTaste> ReadTasteAsync(UserId user, bool isWhole, CancellationToken cancellationToken)
    {
        if (ReadsShared && await ReadSharedAsync(shared => shared.FindAsync(user, cancellationToken)).ConfigureAwait(false) is { } told)
            return told.TasteOf(Options.Kinds, TimeProvider.System.GetUtcNow());
        return Features.FindTaste(user) ?? Records.ReadTaste(user, Options.Kinds, isWhole ? null : HybridRecommender.HistoryLength);
    }

    /// <summary>Has at hand what is popular, where another machine counts it; what it said last is better than nothing.</summary>
    private async ValueTask PreparePopularAsync(RecommendQuery query, CancellationToken cancellationToken)
    {
        // One request a second asks; the others go by what is there.
        long asked = Volatile.Read(ref _popularAsked);
        if (!ReadsShared || (asked != 0 && TimeProvider.System.GetElapsedTime(asked) < PopularInterval && (_sharedPopular is not null || !IsOfPopular(query))))
            return;
        Volatile.Write(ref _popularAsked, TimeProvider.System.GetTimestamp());
        try
        {
            _sharedPopular = await ReadSharedAsync(shared => shared.ReadPopularAsync(cancellationToken)!).ConfigureAwait(false) ?? _sharedPopular;
        }
        catch (FeatureStoreException) when (_sharedPopular is not null || !IsOfPopular(query))
        {
            // It is counted and logged.
        }
    }

    private static bool IsOfPopular(RecommendQuery query) => query is { User: null, Text: null, Item: null, History: null or { Count: 0 } };

    /// <summary>What the shared store says; null where it does not and this machine has records to ask.</summary>
    /// <exception cref="FeatureStoreException">It does not, and there are no records here: what was asked cannot be answered rightly.</exception>
    private async ValueTask<T?> ReadSharedAsync<T>(Func<ISharedFeatures, ValueTask<T?>> read)
        where T : class
    {
        ISharedFeatures shared = _shared!;   // ! : callers have seen it
        try
        {
            T? told = await read(shared).ConfigureAwait(false);
            if (_featureFailure is not null)
                _logger.LogInformation("{Store} answers again.", shared.Name);
            _featureFailure = null;
            return told;
        }
        catch (FeatureStoreException e)
        {
            Interlocked.Increment(ref _degraded);
            if (_featureFailure is null)
                _logger.LogWarning(e, "What users did is not told by {Store}.", shared.Name);
            _featureFailure = e.Message;
            if (Options.WithoutRecords || Records.IsUnused)
                throw;
            return null;
        }
    }
}
