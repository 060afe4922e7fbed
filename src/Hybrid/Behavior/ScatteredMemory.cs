using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Behavior;

/// <summary>Memory that is visited in no order, so that nearly every visit waits for it: larger than the caches, and than what the processor knows the
/// addresses of.</summary>
/// <remarks>All of it is advice to the machine, and changes no result. Item2VecComparison has what it brings.</remarks>
internal static partial class ScatteredMemory
{
    private const int LineBytes = 64;
    private const int LargePageBytes = 1 << 21;
    private const int InLargePages = 14;   // MADV_HUGEPAGE

    /// <summary>[count] zeros from the beginning of a line on, in pages of 2 MiB where the system gives them to who asks, as Linux does by default.</summary>
    /// <remarks>Rows of whole lines share none then, which processors would take from each other, and are read without crossing any.</remarks>
    public static unsafe Memory<float> Allocate(int count)
    {
        float[] array = GC.AllocateUninitializedArray<float>(count + LineBytes / sizeof(float), pinned: true);
        nint first = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        nint from = (first + LargePageBytes - 1) & -LargePageBytes, to = (first + (nint)array.Length * sizeof(float)) & -LargePageBytes;
        if (OperatingSystem.IsLinux() && from < to)
            _ = Advise(from, to - from, InLargePages);   // a system that has none says so, and the pages stay as they are
        Array.Clear(array);   // after the advice: a page is made where it is first touched
        return array.AsMemory((int)(-first & (LineBytes - 1)) / sizeof(float), count);   // pinned, so that it stays there
    }

    /// <summary>Asks for the line of an array's element that is read soon.</summary>
    public static unsafe void Fetch<T>(ref T element)
    {
        // Of an address alone, and it never fails: what the garbage collector has moved meanwhile is fetched when it is read.
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref element));
    }

    /// <summary>Asks for all lines of a row that is read soon.</summary>
    public static void Fetch(ReadOnlySpan<float> row)
    {
        for (int i = 0; i < row.Length; i += LineBytes / sizeof(float))
            Fetch(ref MemoryMarshal.GetReference(row[i..]));
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);
}
