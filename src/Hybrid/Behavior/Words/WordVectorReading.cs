namespace Hybrid.Behavior.Words;

/// <summary>What of a vector file is read, and as what.</summary>
public sealed record WordVectorReading
{
    /// <value>Default <see cref="WordVectorFormat.Auto"/>.</value>
    public WordVectorFormat Format
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Format), value, $"There is no format {value}.");
    }

    /// <summary>Only so many rows from the beginning, which are the most frequent words in files of all three kinds.</summary>
    /// <value>At least 1. Default null: all.</value>
    public int? Limit
    {
        get;
        init => field = value is null or >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Limit), value, $"Limit takes 1 or more, not {value}.");
    }
}
