namespace Hybrid.Indexing.Embedded;

/// <summary>The file of a segment is not there: another process has moved its vectors to another segment meanwhile, or somebody has lost it.</summary>
internal sealed class MissingSegmentException(long segment, string file) : Exception($"{file} is missing")
{
    public long Segment { get; } = segment;

    public string File { get; } = file;
}
