namespace Hybrid.Streaming;

/// <summary>What is kept in memory of what users do.</summary>
public sealed record FeatureOptions
{
    /// <summary>How many of a user's newest events are at hand; of older ones what they say of their items, as far as these are at most 500. Of users with
    /// more, or with more than 5,000 events, what goes beyond is read from the records at each request.</summary>
    /// <value>1 … 10 000. Default 100.</value>
    public int HistoryLength
    {
        get;
        init => field = value is >= 1 and <= 10_000 ? value
            : throw new ArgumentOutOfRangeException(nameof(HistoryLength), value, $"HistoryLength takes 1 to 10,000, not {value}.");
    } = 100;

    /// <summary>How many users are at hand, those who were asked for last; others are read from the records when they come back.</summary>
    /// <value>0 … 10 000 000; 0: none. Default 10 000: 40 bytes for a recent event and 16 for an older item, with room for more 13 KB a user at most, so
    /// 130 MB, and 13 MB with 20 events each; and the ids of the items, each once.</value>
    public int MostUsers
    {
        get;
        init => field = value is >= 0 and <= 10_000_000 ? value
            : throw new ArgumentOutOfRangeException(nameof(MostUsers), value, $"MostUsers takes 0 to 10,000,000, not {value}.");
    } = 10_000;

    /// <summary>The time after which an event counts half in what is popular.</summary>
    /// <remarks>An event counts as much as its kind weighs, a dislike nothing, and one without a time nothing.</remarks>
    /// <value>At least a minute. Default null: what is popular is counted by users, over the whole log, however long ago.</value>
    public TimeSpan? PopularityHalfLife
    {
        get;
        init => field = value is not { } given || given >= TimeSpan.FromMinutes(1) ? value
            : throw new ArgumentOutOfRangeException(nameof(PopularityHalfLife), value, $"PopularityHalfLife takes a minute or more, not {value}.");
    }

    /// <summary>The bound of lateness: how long after its time an event may come before it counts as late, in the metric hybrid.events.late.</summary>
    /// <remarks>
    /// <para>It bounds how long what is known of a user may be incomplete, not what is put in order. Where every source delivers within it, history, session,
    /// counts and popularity have, this long after a moment, all that happened until then, whatever the order in which it came: events stand by their time,
    /// those of one time in the order in which they came, and sums of what decays are equal but for rounding.</para>
    /// <para>What comes later is treated alike: nothing is dropped, it stands where its time says, and of a user with more events than
    /// <see cref="HistoryLength"/> it is in the records. It is only counted, because what was recommended in the meantime did without it. Events of imports
    /// are not counted, nor those without a time.</para>
    /// </remarks>
    /// <value>Zero or more. Default 1 minute.</value>
    public TimeSpan LateAfter
    {
        get;
        init => field = value >= TimeSpan.Zero ? value
            : throw new ArgumentOutOfRangeException(nameof(LateAfter), value, $"LateAfter takes zero or more, not {value}.");
    } = TimeSpan.FromMinutes(1);
}
