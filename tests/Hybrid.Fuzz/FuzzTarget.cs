namespace Hybrid.Fuzz;

/// <summary>A reader to be fed with damaged input.</summary>
/// <param name="Name">Also the name of its folder in Corpus.</param>
/// <param name="Files">Whole files, small, to be damaged.</param>
/// <param name="Read">Reads an input and uses what it gets. Takes the exceptions that the reader documents, and no other, for an answer.</param>
internal sealed record FuzzTarget(string Name, byte[][] Files, Action<byte[]> Read)
{
    /// <summary>What may put the reader off, beside what puts off any.</summary>
    public byte[][] Tokens { get; init; } = [];

    /// <summary>Makes checksums right again, so that damage gets past them; null: there are none.</summary>
    public Func<byte[], byte[]>? Seal { get; init; }

    /// <summary>The most that a reader may allocate per byte of input, beside a megabyte: above what is needed, below what is quadratic.</summary>
    /// <value>Default 8,000: a row that is rejected is an exception of 12 KB, and may have a single letter.</value>
    public int AllocatedPerByte { get; init; } = 8_000;

    public override string ToString() => Name;
}
