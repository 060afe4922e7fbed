namespace Hybrid.Milvus.Client;

/// <summary>A write that was cut into several messages, of which not all were taken.</summary>
public sealed class MilvusPartialWriteException : MilvusException
{
    internal MilvusPartialWriteException(MilvusException cause, IReadOnlyList<Range> written, int rows)
        : base(cause.Place, cause.Operation, $"{cause.Reason.TrimEnd('.')}; of {rows} rows these are written: {Describe(written)}", cause.Kind,
            cause.Code, cause) =>
        Written = written;

    /// <summary>The rows that are in, in ascending order. Of the others some may be, too, where no answer came.</summary>
    public IReadOnlyList<Range> Written { get; }

    private static string Describe(IReadOnlyList<Range> written) =>
        written.Count == 0 ? "none" : string.Join(", ", written.Select(range => $"{range.Start.Value} to {range.End.Value - 1}"));
}
