using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Hybrid.Indexing.Embedded;

/// <summary>A full block of a segment, which is compared with its checksum when somebody first looks at it.</summary>
/// <param name="floats">Where it lies.</param>
/// <param name="checksum">What was written; null where that is not known.</param>
/// <param name="damaged">What to throw where it is something else.</param>
internal sealed class SegmentBlock(ReadOnlyMemory<float> floats, long? checksum, Func<Exception> damaged) : MemoryManager<float>
{
    private volatile bool _isChecked;   // by two at once, it may be: they find the same

    public override Memory<float> Memory => CreateMemory(floats.Length);

    public override Span<float> GetSpan()
    {
        ReadOnlySpan<float> span = floats.Span;
        if (!_isChecked)
        {
            if ((long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(span)) != checksum)
                throw damaged();
            _isChecked = true;
        }
        // Nobody gets it but as what is only read.
        return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(span), span.Length);
    }

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("It is not in memory that moves.");

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
