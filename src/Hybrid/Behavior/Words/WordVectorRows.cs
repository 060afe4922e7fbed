using System.Globalization;
using System.Runtime.InteropServices;
using Hybrid.Catalog;

namespace Hybrid.Behavior.Words;

/// <summary>The rows of a vector file as they are read, checked as both formats have to hold it.</summary>
/// <param name="limit">How many rows are wanted; null: all.</param>
internal sealed class WordVectorRows(string path, int? limit, IProgress<long>? progress)
{
    private const int MostDimension = 65_536;
    private const int RowsBetweenReports = 1 << 12;

    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];
    private float[] _vectors = [];
    private long _declared = -1;

    public string Path { get; } = path;

    /// <summary>Floats a row; 0 until it is known.</summary>
    public int Dimension { get; private set; }

    public int Count => _keys.Count;

    /// <summary>How many rows the file says that it has; −1 where it does not.</summary>
    public long Declared => _declared;

    public bool IsFull => limit is { } most && _keys.Count >= most;

    /// <summary>Whether all rows that the file says it has were read.</summary>
    public bool IsComplete => _declared >= 0 && _keys.Count == _declared;

    /// <summary>Whether a line is "rows dimension", as word2vec files begin.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> line, out long rows, out int dimension)
    {
        rows = dimension = 0;
        ReadOnlySpan<byte> text = line.Trim(" \t\r"u8);
        int space = text.IndexOfAny((byte)' ', (byte)'\t');
        return space > 0
            && long.TryParse(text[..space], NumberStyles.None, CultureInfo.InvariantCulture, out rows)
            && int.TryParse(text[(space + 1)..].TrimStart(" \t"u8), NumberStyles.None, CultureInfo.InvariantCulture, out dimension);
    }

    /// <summary>Takes the first line of a word2vec file.</summary>
    public void Begin(ReadOnlySpan<byte> line)
    {
        if (!TryReadHeader(line, out _declared, out int dimension))
        {
            string found = PlainText.Brief(System.Text.Encoding.UTF8.GetString(line));
            throw Broken($"it begins with '{found}', and a word2vec file begins with a line \"rows dimension\", as \"3000000 300\"; is it GloVe?", 1);
        }
        if (dimension is 0 or > MostDimension)
            throw Broken($"it says that its vectors have {dimension:N0} numbers; 1 to {MostDimension:N0} are expected", 1);
        if (_declared == 0)
            throw Broken("it says that it has 0 rows; at least one is expected", 1);
        long wanted = Math.Min(_declared, limit ?? long.MaxValue);
        if (wanted > Array.MaxLength / dimension)
        {
            throw Broken($"it says that it has {_declared:N0} rows of {dimension:N0} numbers, more than one block of memory holds; read fewer rows (limit)",
                1);
        }
        Dimension = dimension;
    }

    /// <summary>Takes the dimension of a file that does not say it.</summary>
    public void BeginWith(int dimension) => Dimension = dimension;

    /// <summary>The next row [d], to be filled.</summary>
    /// <param name="line">Of the file, from 1; null in a binary one.</param>
    public Span<float> Add(string key, long? line)
    {
        if (key.Length == 0)
            throw Broken($"{RowName(line)}there is no key before the numbers; \"key number … number\" is expected", line);
        ref int row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, key, out bool known);
        if (known)
        {
            // Each line is a row: those before are behind the header, if there is one.
            string first = line is null ? $"row {row + 1:N0}" : $"line {row + 1 + (_declared >= 0 ? 1 : 0):N0}";
            throw Broken($"{RowName(line)}'{PlainText.Brief(key)}' stands in {first} already; each key is expected once: keep one of the two", line);
        }
        row = _keys.Count;
        _keys.Add(key);
        int used = row * Dimension;
        if (_vectors.Length - used < Dimension)
            Grow(line);
        if (_keys.Count % RowsBetweenReports == 0)
            progress?.Report(_keys.Count);
        return _vectors.AsSpan(used, Dimension);
    }

    /// <summary>What is wrong with a number of the row that was added last.</summary>
    public DataFileException NotFinite(int number, string found, long? line)
    {
        string row = line is null ? $"row {Count:N0}: " : "";
        return Broken($"{row}number {number + 1} of '{PlainText.Brief(_keys[^1])}' is '{PlainText.Brief(found)}', where a finite number is expected", line);
    }

    public DataFileException Broken(string reason, long? line = null, int? column = null) => new(Path, reason, line, column);

    public WordVectors ToVectors()
    {
        if (_keys.Count == 0)
            throw Broken("it is empty; lines \"key number … number\" are expected");
        if (_declared >= 0 && !IsFull && _keys.Count < _declared)
            throw Broken($"it says that it has {_declared:N0} rows, and it ends after {_keys.Count:N0}; copy it again, or mend the number", 1);
        progress?.Report(_keys.Count);
        try
        {
            return new WordVectors(_keys, _vectors.AsMemory(0, _keys.Count * Dimension), Dimension);
        }
        catch (ArgumentException refused)
        {
            // Finite numbers whose squares have no finite sum are left.
            throw new DataFileException(Path, refused.Message, cause: refused);
        }
    }

    private void Grow(long? line)
    {
        long wanted = Math.Min(_declared < 0 ? long.MaxValue : _declared, limit ?? long.MaxValue);
        // No memory is taken for rows that a header only promises: twice as many each time, never more than are wanted.
        long rows = Math.Min(Math.Max(1_024, 2L * _keys.Count), wanted);
        if (_keys.Count > Array.MaxLength / Dimension)
            throw Broken($"its vectors of {Dimension:N0} numbers are more than one block of memory holds; read fewer rows (limit)", line);
        Array.Resize(ref _vectors, (int)Math.Min(rows * Dimension, Array.MaxLength));
    }

    // In a text the line says it.
    private string RowName(long? line) => line is null ? $"row {_keys.Count + 1:N0}: " : "";
}
