namespace Hybrid.Indexing.Embedded;

/// <summary>A segment of a store in memory, in arrays of a block each, which stay where they are.</summary>
/// <remarks>Writing is not for concurrent use: such a store runs its transactions one by one.</remarks>
internal sealed class SegmentMemory(long id, int blockFloats) : ISegmentMedium
{
    private readonly List<float[]> _blocks = [];

    public string Name { get; } = $"segment {id}";

    public ReadOnlyMemory<float> View(long first, int count) => _blocks[(int)(first / blockFloats)].AsMemory((int)(first % blockFloats), count);

    public void Create() => _blocks.Clear();

    public void Write(long at, ReadOnlySpan<float> floats)
    {
        while (!floats.IsEmpty)
        {
            (int block, int within) = ((int)(at / blockFloats), (int)(at % blockFloats));
            if (block == _blocks.Count)
                _blocks.Add(GC.AllocateUninitializedArray<float>(blockFloats));
            int some = Math.Min(floats.Length, blockFloats - within);
            floats[..some].CopyTo(_blocks[block].AsSpan(within));
            floats = floats[some..];
            at += some;
        }
    }

    public void Sync()
    {
    }

    public void EndWriting()
    {
    }
}
