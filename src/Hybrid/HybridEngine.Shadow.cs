using Hybrid.Catalog;
using Hybrid.Recommending;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;

namespace Hybrid;

public sealed partial class HybridEngine
{
    private ShadowQueue? StartShadowing() => Options.Shadow is { Share: > 0 } shadow && !Options.WithoutRecords && !Records.IsReadOnly
        ? new ShadowQueue(shadow, Records, migration => Records.ReadMigration(migration) is not { } row || !IsShadowed(row), _popular.UsersOf,
            TimeProvider.System, _logger)
        : null;

    /// <summary>Has a request asked of both sides of a migration, some time after it was answered, if it is drawn.</summary>
    /// <param name="forced">The side that the request has named: then it is nobody's.</param>
    /// <param name="kind">What it was: "search" or "recommend".</param>
    /// <param name="text">Its text; null: it began with something else.</param>
    /// <param name="ask">Asks one side.</param>
    private void Shadow(EngineSnapshot whole, Variant? forced, string kind, string? text,
        Func<EngineSnapshot, CancellationToken, Task<IReadOnlyList<(ItemId Item, double Score)>>> ask)
    {
        if (_shadows is null || forced is not null || whole is not { Second: { HasItems: true } second, Row.Migration: { } migration } || !IsShadowed(migration)
            || !_shadows.IsDrawn())
        {
            return;
        }
        string stratum = $"{kind} {(text is null ? "item" : WritingOf(text))}";
        _shadows.Offer(new(migration.Name, stratum, (side, stop) => ask(side == Variant.New ? second : whole, stop)));
    }

    /// <summary>A pause ends it, in every process.</summary>
    private static bool IsShadowed(MigrationRow row) =>
        !row.IsPaused && (row.Stage is nameof(MigrationStage.Shadowing) or nameof(MigrationStage.Ramping));

    /// <summary>By its letters, which tell languages apart as far as encoders differ by them.</summary>
    private static string WritingOf(string text)
    {
        bool isLatin = false;
        foreach (char letter in text)
        {
            if (letter is >= '\u3040' and <= '\u30FF')
                return "kana";
            if (letter is >= '\uAC00' and <= '\uD7A3')
                return "hangul";
            if (letter is >= '\u0400' and <= '\u04FF')
                return "cyrillic";
            if (letter is >= '\u3400' and <= '\u9FFF')
                return text.Any(other => other is >= '\u3040' and <= '\u30FF') ? "kana" : "han";
            isLatin |= letter is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '\u00C0' and <= '\u024F';
        }
        return isLatin ? "latin" : "other";
    }
}
