using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hybrid.Indexing.Embedded;

/// <summary>A part of a file as floats in memory, which the system reads when they are looked at.</summary>
/// <remarks>Mapped for as long as anybody holds it, or what it gave out: then the garbage collector lets go of it. <see cref="All"/> lets go of it at once.
/// </remarks>
internal sealed class MappedVectors : MemoryManager<float>
{
    private readonly SafeMemoryMappedViewHandle _view;
    private readonly nint _first;

    /// <param name="file">Open for reading; it may be closed afterwards.</param>
    /// <param name="offset">Of the first float, in bytes.</param>
    /// <param name="all">Those that are let go of together.</param>
    public MappedVectors(SafeFileHandle file, long offset, int floats, All all)
    {
        using var map = MemoryMappedFile.CreateFromFile(
            file, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor view = map.CreateViewAccessor(offset, floats * (long)sizeof(float), MemoryMappedFileAccess.Read);
        _view = view.SafeMemoryMappedViewHandle;
        _first = _view.DangerousGetHandle() + (nint)view.PointerOffset;
        Length = floats;
        all.Add(_view);
    }

    public int Length { get; }

    // Whoever has the memory holds this object, and this object the mapping.
    public override Span<float> GetSpan() =>
        MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<float>(), _first), Length);

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("It is not in memory that moves.");

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing) => _view.Dispose();

    /// <summary>The mappings of a store, whoever holds them: while there is one, the system keeps the file and its medium.</summary>
    internal sealed class All : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly List<WeakReference<SafeMemoryMappedViewHandle>> _views = [];

        public void Add(SafeMemoryMappedViewHandle view)
        {
            lock (_lock)
            {
                _views.RemoveAll(known => !known.TryGetTarget(out _));
                _views.Add(new(view, trackResurrection: true));   // there until it has been let go of
            }
        }

        /// <summary>Nobody may look at any of them from here on.</summary>
        public void Dispose()
        {
            lock (_lock)
            {
                foreach (WeakReference<SafeMemoryMappedViewHandle> known in _views)
                {
                    if (known.TryGetTarget(out SafeMemoryMappedViewHandle? view))
                        view.Dispose();
                }
                _views.Clear();
            }
        }
    }
}
