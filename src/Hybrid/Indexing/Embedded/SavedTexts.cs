using System.Collections.Concurrent;

namespace Hybrid.Indexing.Embedded;

/// <summary>Texts that many rows have, each once: categories and brands by their numbers, and the names of attributes.</summary>
internal sealed class SavedTexts
{
    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);

    public int Count => _texts.Count;

    /// <param name="saved">As <see cref="ToBytes"/> gave them.</param>
    /// <exception cref="InvalidDataException">They are something else.</exception>
    public static SavedTexts Of(ReadOnlySpan<byte> saved, int count)
    {
        var texts = new SavedTexts();
        var reader = new SavedBytes(saved);
        for (int i = 0; i < count; i++)
            texts._texts.Add(reader.Text());
        return reader.Left == 0 ? texts : throw SavedRows.Damaged("bytes are left over after its texts");
    }

    /// <summary>All that were numbered: in UTF-8, behind their length.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        _texts.ForEach(writer.Write);
        return bytes.ToArray();
    }

    /// <summary>Not for concurrent use.</summary>
    public int NumberOf(string text)
    {
        if (!_numbers.TryGetValue(text, out int number))
        {
            number = _texts.Count;
            _texts.Add(text);
            _numbers.Add(text, number);
        }
        return number;
    }

    public string this[int number] => number < _texts.Count ? _texts[number] : throw SavedRows.Damaged($"a row has text {number} of {_texts.Count}");

    /// <summary>The first string that came with these characters.</summary>
    public string Shared(string name) => _names.GetOrAdd(name, name);
}
