using System.Globalization;
using Hybrid.Records;

namespace Hybrid.Redis;

/// <summary>How far the features on a server have followed a log.</summary>
/// <param name="Generation">Another one when all that was made before is void.</param>
/// <param name="Log">Whose log it is.</param>
internal sealed record RedisState(string Generation, string Log, LogState At)
{
    /// <returns>Null where the text is none.</returns>
    public static RedisState? Parse(string? text) => text?.Split(' ') is [var generation, var log, var last, var events]
        && long.TryParse(last, CultureInfo.InvariantCulture, out long place) && long.TryParse(events, CultureInfo.InvariantCulture, out long count)
            ? new(generation, log, new(place, count))
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Generation} {Log} {At.Last} {At.Events}");
}
