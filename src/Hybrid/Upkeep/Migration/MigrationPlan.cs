using System.Text.Json;
using System.Text.Json.Serialization;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Upkeep.Migration;

/// <summary>What a migration leads to: another encoder, a blend with vectors that a shop has, another store, or several of them at once.</summary>
public sealed record MigrationPlan
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>What it is called, and what divides its traffic: with another name others are the first to be led over.</summary>
    /// <value>1–64 of A–Z a–z 0–9 _, not beginning with a digit.</value>
    /// <exception cref="ArgumentException">It is no such name.</exception>
    public required string Name
    {
        get;
        init
        {
            CollectionName.ThrowIfNotBase(value, nameof(Name));
            field = value;
        }
    }

    /// <summary>The text encoder's model, as the options of an engine take it; null: that of the collection in use.</summary>
    public string? Encoder { get; init; }

    /// <summary>How many floats of its vectors are kept; null: all, or as many as the collection in use has.</summary>
    public int? Dimension { get; init; }

    /// <summary>The vectors that the shop has: a file, as <see cref="LegacyVectors.Read(string, LegacyReading?, CancellationToken)"/> takes it, or what
    /// <see cref="HybridOptions.OtherVectors"/> knows; null: texts alone.</summary>
    /// <remarks>It is kept in the records: an address with a password is refused when the migration is planned.</remarks>
    public string? Legacy { get; init; }

    /// <summary>What in that file is what.</summary>
    public LegacyReading Reading { get; init; } = new();

    /// <summary>How much the text counts in the blend.</summary>
    /// <value>0 … 1. Default .5.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public double Alpha
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Alpha), value, $"Alpha takes 0 to 1, not {value}.");
    } = 0.5;

    /// <summary>How alpha changes with time once the migration holds; null: it stays <see cref="Alpha"/>, which otherwise counts for nothing.</summary>
    public AlphaSchedule? Alphas { get; init; }

    /// <summary>In which space the two are blended.</summary>
    /// <value>Default <see cref="BlendForm.Joined"/>: what ranked best wherever it was measured.</value>
    public BlendForm Form { get; init; } = BlendForm.Joined;

    /// <summary>The store that it leads to, by the setting that the options of an engine can open; null: the engine's own.</summary>
    /// <remarks>Kept likewise, and refused likewise.</remarks>
    public string? Store { get; init; }

    /// <summary>How long the old collection is kept written after the new one answers everything.</summary>
    /// <value>0 or more. Default 7 days.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan Hold
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(Hold));
            field = value;
        }
    } = TimeSpan.FromDays(7);

    /// <summary>How the traffic is divided beside the share; <see cref="HybridEngine.DivideTrafficAsync"/> changes it.</summary>
    public TrafficRules Traffic { get; init; } = new();

    /// <summary>Declares that nobody writes, past the records, what the migration leads away from while it is under way: the old vectors, and rows of the old
    /// collection that the records do not have. Such a source is refused without, and looked at again before the new collection answers.</summary>
    public bool IsSourceReadOnly { get; init; }

    /// <summary>What <see cref="PastWrites.Sum"/> was when the migration was started.</summary>
    [JsonInclude]
    internal string PastRecords { get; init; } = "";

    internal double FirstAlpha => Alphas?.From ?? Alpha;

    /// <summary>Whether an address has a password: "redis://user:password@host", or a connection string.</summary>
    internal static bool HasSecret(string? address)
    {
        if (address is null)
            return false;
        if (address.Contains("password=", StringComparison.OrdinalIgnoreCase) || address.Contains("pwd=", StringComparison.OrdinalIgnoreCase))
            return true;
        int scheme = address.IndexOf("://", StringComparison.Ordinal);
        // One with a '/' that is not encoded is no address, but a secret all the same.
        return scheme >= 0 && address[(scheme + 3)..].Split('?')[0] is var rest && rest.LastIndexOf('@') is >= 0 and var end
            && rest[..end].Contains(':', StringComparison.Ordinal);
    }

    internal string ToJson() => JsonSerializer.Serialize(this, Json);

    internal static MigrationPlan Parse(string json) =>
        JsonSerializer.Deserialize<MigrationPlan>(json, Json) ?? throw new FormatException("The plan of the migration is empty.");
}
