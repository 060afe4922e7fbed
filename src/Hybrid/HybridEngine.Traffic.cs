using System.IO.Hashing;
using System.Text.Json;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;
using Microsoft.Extensions.Logging;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>What an impression of a list of both has in the place of its variant.</summary>
    private const string OfBoth = "Both";

    /// <summary>Changes how a migration divides the traffic beside its share; running engines follow with their next request.</summary>
    /// <param name="rules">In the place of those before.</param>
    /// <exception cref="MigrationException">The new collection is not complete yet, or the migration has ended.</exception>
    public Task<MigrationStatus> DivideTrafficAsync(TrafficRules rules, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return RunLongAsync(_ =>
        {
            ThrowIfReadOnly("divide the traffic", "Divide it");
            MigrationRow row = RequireMigration(name);
            if (StageOf(row) is < MigrationStage.Shadowing or >= MigrationStage.Completed)
            {
                throw new MigrationException($"The migration {row.Name} is {row.Stage}: traffic is divided from {MigrationStage.Shadowing} on, until it ends.");
            }
            string plan = (MigrationPlan.Parse(row.Plan) with { Traffic = rules }).ToJson();
            return Task.FromResult(StatusOf(Change(row, row with { Plan = plan }, StageOf(row), row.Share, rules.ToString())));
        }, cancellationToken);
    }

    /// <summary>Has both collections answer, and makes one list of it; each item says by its origin who has put it in.</summary>
    /// <returns>Null where the new one does not answer: nobody gets less for that.</returns>
    private async Task<IReadOnlyList<Recommendation>?> InterleaveAsync(EngineSnapshot whole, RecommendQuery query, UserId user,
        Func<EngineSnapshot, CancellationToken, Task<IReadOnlyList<Recommendation>>> answer, CancellationToken cancellationToken)
    {
        EngineSnapshot second = whole.Second!;   // ! : only such a user is asked of
        IReadOnlyList<Recommendation> old = await answer(whole, cancellationToken).ConfigureAwait(false), made;
        try
        {
            made = await answer(second, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is VectorStoreException { IsGone: false } or NotReadyException or MigrationException)
        {
            _logger.LogDebug(e, "A list of both collections of {Migration} could not be made.", whole.Row.Migration?.Name);
            return null;
        }
        (IReadOnlyList<ItemId> items, IReadOnlyList<Variant> teams) = TeamDraft.Interleave(
            [.. old.Select(one => one.Item.Id)], [.. made.Select(one => one.Item.Id)], query.Count,
            (long)XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes($"{user.Value}\0{query.Request}")));
        Dictionary<ItemId, Recommendation> ofOld = old.ToDictionary(one => one.Item.Id), ofNew = made.ToDictionary(one => one.Item.Id);
        Recommendation[] answered = [.. items.Zip(teams, (item, team) =>
            team == Variant.New ? ofNew[item] with { Origin = second.Origin } : ofOld[item] with { Origin = whole.Origin })];
        if (query.Request is { } request)
        {
            _impressions.Add(new ImpressionRow(whole.Row.Migration!.Name, request, user.Value, OfBoth,   // ! : there is a second one
                JsonSerializer.Serialize(items.Select(item => item.Value)), whole.Row.Revision, Options.Time.GetUtcNow(),
                string.Concat(teams.Select(team => team == Variant.New ? 'n' : 'o'))));
        }
        return answered;
    }

    private InterleavedTraffic? InterleavedOf(MigrationRow row)
    {
        // Another alpha is another collection: what was chosen before says nothing of it.
        DateTimeOffset since = Records.ReadAlphas(row.Name).Max(alpha => alpha.Since) ?? DateTimeOffset.MinValue;
        (long requests, IReadOnlyList<InterleavedEvent> events) = Records.ReadInterleaved(row.Name, OfBoth, since);
        if (requests == 0)
            return null;
        var firsts = new Dictionary<string, bool>();
        foreach (InterleavedEvent one in events.Where(one => Options.Kinds.MeaningOf(one.Kind).Opinion != Opinion.Disliked))
        {
            int place = Array.IndexOf(JsonSerializer.Deserialize<string[]>(one.Items) ?? [], one.Item);
            if (place >= 0 && place < one.Teams.Length)
                firsts.TryAdd(one.User, one.Teams[place] == 'n');
        }
        return InterleavedTraffic.Of(requests, firsts.Values);
    }
}
