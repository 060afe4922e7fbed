namespace Hybrid.Indexing.Embedded;

/// <summary>Where a vector is: in which segment, and behind how many others there.</summary>
internal readonly record struct VectorPlace(long Segment, int Slot)
{
    private const int SlotBits = 32;

    /// <summary>As a row has it: places of one segment follow one another.</summary>
    public long Number => (Segment << SlotBits) | (uint)Slot;

    public static VectorPlace Of(long number) => new(number >> SlotBits, (int)number);

    /// <summary>The number that is behind all those of a segment.</summary>
    public static long EndOf(long segment) => (segment + 1) << SlotBits;
}
