using System.Diagnostics.Metrics;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Recommending;
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
    private readonly Counter<long> _degraded;
    private long _popularAsked;   // a timestamp; 0: never
    private volatile IReadOnlyList<ItemId>? _sharedPopular;   // as it was told last
    private volatile string? _featureFailure;

    /// <summary>Whether this machine reads what another one fills, because it has no records to write, or none yet.</summary>
    private bool ReadsShared => _shared is not null && (Options.WithoutRecords || Records.IsReadOnly || Records.IsUnused);

    /// <summary>Why the shared feature store is not read or filled; null where it is, or there is none.</summary>
    internal string? FeatureFailure => _mirror?.Failure ?? _featureFailure;

    private Counter<long> CountDegraded() => _featureMeter.CreateCounter<long>("hybrid.features.degraded", "{request}",
        "Requests for which the shared feature store did not answer; the records of this machine answered, or the request was refused.");

    private IFeatureMirror? StartMirror() => _shared is not null && !Options.WithoutRecords && !Records.IsReadOnly
        ? _shared.Fill(new FeatureFacts(Records, ReadPopular, Features.ReadKinds, Options.Features.HistoryLength))
        : null;

    private async ValueTask<UserTaste> ReadTasteAsync(UserId user, bool isWhole, CancellationToken cancellationToken)
    {
        if (ReadsShared && await ReadSharedAsync(shared => shared.FindAsync(user, cancellationToken)).ConfigureAwait(false) is { } told)
            return told.TasteOf(user, Options.Kinds, TimeProvider.System.GetUtcNow());
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
            _degraded.Add(1);
            if (_featureFailure is null)
                _logger.LogWarning(e, "What users did is not told by {Store}.", shared.Name);
            _featureFailure = e.Message;
            if (Options.WithoutRecords || Records.IsUnused)
                throw;
            return null;
        }
    }
}
