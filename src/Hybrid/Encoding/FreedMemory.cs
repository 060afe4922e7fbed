using System.Runtime.InteropServices;

namespace Hybrid.Encoding;

/// <summary>Gives back to the system what was needed to load a model and no longer is.</summary>
internal static class FreedMemory
{
    /// <summary>Bytes of a managed heap that is collected within milliseconds; a larger one is left to its collector.</summary>
    private const long SmallHeap = 256 << 20;

    // glibc keeps freed blocks for the next ones; another C library has its own ways.
    private static readonly Lazy<Func<nuint, int>?> Trim = new(() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint libc) && NativeLibrary.TryGetExport(libc, "malloc_trim", out nint trim)
            ? Marshal.GetDelegateForFunctionPointer<TrimCall>(trim).Invoke
            : null);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int TrimCall(nuint kept);

    /// <remarks>With all-MiniLM-L6-v2 68 of 184 MB, in some 15 ms: half of it is the file's bytes, half what ONNX Runtime made its weights of.</remarks>
    public static void Return()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) < SmallHeap)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Trim.Value?.Invoke(0);
    }
}
