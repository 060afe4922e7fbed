namespace Hybrid.Indexing.Embedded;

/// <summary>What the vectors of one segment lie in: a file, or memory.</summary>
/// <remarks>Threads: <see cref="View"/> any number; the others the one writer that there is. Floats are counted from the segment's first.</remarks>
internal interface ISegmentMedium
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    /// <summary>[count]: floats that were written, none beyond the block of the first. What it shows stays what it is for as long as somebody holds it, also
    /// when the segment is deleted meanwhile.</summary>
    /// <exception cref="Hybrid.Records.Sqlite.DamagedRowException">There are fewer, or they are of another segment.</exception>
    /// <exception cref="MissingSegmentException">The file is gone.</exception>
    ReadOnlyMemory<float> View(long first, int count);

    /// <summary>Makes it empty.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    void Create();

    /// <exception cref="IOException">It cannot be written.</exception>
    void Write(long at, ReadOnlySpan<float> floats);

    /// <summary>Returns when what was written survives a crash of the machine.</summary>
    /// <exception cref="IOException">It may not.</exception>
    void Sync();

    /// <summary>Ends the writing, also one that has failed.</summary>
    void EndWriting();
}
