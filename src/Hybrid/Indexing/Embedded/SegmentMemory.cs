namespace Hybrid.Indexing.Embedded;

/// <summary>A segment of a store in memory.</summary>
/// <remarks>Not for concurrent use: such a store runs its transactions one by one.</remarks>
internal sealed class SegmentMemory(long id) : ISegmentMedium
{
    private float[] _floats = [];

    public string Name { get; } = $"segment {id}";

    public ReadOnlyMemory<float> View(long floats) => _floats;

    public void Create() => _floats = [];

    public void Write(long at, ReadOnlySpan<float> floats)
    {
        int end = checked((int)at + floats.Length);
        if (end > _floats.Length)
        {
            // Another array: who holds the old one goes on with it.
            float[] grown = GC.AllocateUninitializedArray<float>(Math.Max(end, (int)Math.Min(Array.MaxLength, _floats.Length * 5L / 4)));
            _floats.CopyTo(grown, 0);
            _floats = grown;
        }
        floats.CopyTo(_floats.AsSpan((int)at));
    }

    public void Sync()
    {
    }

    public void EndWriting()
    {
    }
}
