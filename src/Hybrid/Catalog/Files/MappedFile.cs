using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hybrid.Catalog.Files;

/// <summary>A file in memory, which the system reads when it is looked at.</summary>
/// <remarks>Mapped for as long as anybody holds it, or what it gave out: then the garbage collector lets go of it. <see cref="All"/> lets go of it at once.
/// </remarks>
internal sealed class MappedFile
{
    private readonly SafeMemoryMappedViewHandle _view;
    private readonly nint _first;

    /// <param name="file">Open for reading; it may be closed afterwards.</param>
    /// <param name="length">Bytes, from the first on.</param>
    /// <param name="all">Those that are let go of together.</param>
    public MappedFile(SafeFileHandle file, long length, All all)
    {
        using var map = MemoryMappedFile.CreateFromFile(
            file, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view = view.SafeMemoryMappedViewHandle;
        _first = _view.DangerousGetHandle() + (nint)view.PointerOffset;
        Length = length;
        all.Add(_view);
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>So many of something from a place on; it can only be read.</summary>
    /// <param name="at">In bytes.</param>
    public Memory<T> Part<T>(long at, int count)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at + (long)count * Unsafe.SizeOf<T>(), Length);
        return new MappedPart<T>(this, at, count).Memory;
    }

    // Whoever has the memory holds this object, this object the file, and that the mapping.
    private sealed class MappedPart<T>(MappedFile file, long at, int count) : MemoryManager<T>
        where T : unmanaged
    {
        public override Memory<T> Memory => CreateMemory(count);

        public override Span<T> GetSpan() => MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<T>(), file._first + (nint)at), count);

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("It is not in memory that moves.");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

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
