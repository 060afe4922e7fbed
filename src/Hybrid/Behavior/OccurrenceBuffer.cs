using System.Runtime.InteropServices;
using Hybrid.Catalog.Files;

namespace Hybrid.Behavior;

/// <summary>Numbers one behind the other: in memory while they are few, in a temporary file when they are many, which the system reads when it is looked
/// at.</summary>
/// <remarks>Nothing remains of the file, whatever happens. Not for concurrent use.</remarks>
internal sealed class OccurrenceBuffer(string folder, int mostInMemory = OccurrenceBuffer.MostInMemory) : IDisposable
{
    /// <summary>16 MB.</summary>
    public const int MostInMemory = 1 << 22;

    private readonly List<int> _last = [];
    private FileStream? _file;
    private long _written;

    /// <exception cref="Item2VecException">There is no room in the folder, or for so many in one log.</exception>
    public void Add(ReadOnlySpan<int> numbers)
    {
        if (_written + _last.Count + numbers.Length > Array.MaxLength)
            throw new Item2VecException("item2vec", "training", $"more than {Array.MaxLength:N0} occurrences are too many. Train on newer events alone.");
        if (_last.Count > 0 && _last.Count + numbers.Length > mostInMemory)
            Write();
        _last.AddRange(numbers);
    }

    public int Count => (int)_written + _last.Count;

    /// <summary>All that was added; nothing can be added any more.</summary>
    /// <exception cref="Item2VecException">There is no room in the folder.</exception>
    public ReadOnlyMemory<int> ToMemory()
    {
        if (_file is null)
            return _last.ToArray();
        Write();
        var mapped = new MappedFile(_file.SafeFileHandle, _file.Length, new MappedFile.All());
        return mapped.Part<int>(0, (int)_written);
    }

    public void Dispose() => _file?.Dispose();

    private void Write()
    {
        try
        {
            _file ??= Create(Path.Combine(folder, $"hybrid-{Path.GetRandomFileName()}.tmp"));
            _file.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_last)));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new Item2VecException(folder, "training", $"{cause.Message} What is learned from is larger than {mostInMemory:N0} occurrences and is kept "
                + "there meanwhile: make room, or make the folder writable.", cause);
        }
        _written += _last.Count;
        _last.Clear();
    }

    private static FileStream Create(string path)
    {
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, bufferSize: 0, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
            File.Delete(path);   // there a file lives on without a name, also in a process that is killed
        return file;
    }
}
