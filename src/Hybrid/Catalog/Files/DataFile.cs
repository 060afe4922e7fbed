using ICSharpCode.SharpZipLib.GZip;

namespace Hybrid.Catalog.Files;

/// <summary>Reads the rows of a CSV or JSONL file, gzip or plain.</summary>
internal static class DataFile
{
    /// <summary>How far ahead the end of a quoted field is looked for, in characters. Also bounds what a row takes.</summary>
    private const int MaxRecord = 1 << 18;

    private const int MaxRaw = 1000;
    private const int MaxValue = 100;

    /// <summary>The things that <paramref name="make"/> makes of the rows, in file order, read as they are asked for.</summary>
    /// <param name="make">Throws <see cref="RowException"/> for a row that cannot be used.</param>
    public static IEnumerable<T> Read<T>(string path, DataSchema schema, FileReadOptions? options, Func<DataRow, T> make, CancellationToken cancellationToken)
    {
        using Stream stream = path == StandardInput.Path ? new StandardInput(cancellationToken) : Open(path);
        foreach (T made in Read(stream, path == StandardInput.Path ? StandardInput.Name : path, schema, options, make, cancellationToken))
            yield return made;
    }

    /// <inheritdoc cref="Read{T}(string, DataSchema, FileReadOptions?, Func{DataRow, T}, CancellationToken)"/>
    public static IEnumerable<T> Read<T>(Stream stream, string name, DataSchema schema, FileReadOptions? options, Func<DataRow, T> make, CancellationToken cancellationToken)
    {
        options ??= new FileReadOptions();
        using Stream content = Unpack(stream, name);
        var lines = new LineReader(content, name);
        DataLine? first = lines.Read();
        while (first is { Text.Length: 0 })
            first = lines.Read();
        if (first is null)
            throw new DataFileException(name, "it is empty; a CSV file begins with a line of column names, a JSONL file with an object");
        lines.Return([first]);
        IEnumerable<DataRow> rows = first.Text.TrimStart().StartsWith('{')
            ? JsonRows.Read(lines, schema, options.Map, Reject)
            : ReadCsv(lines, name, schema, options.Map, Reject);
        foreach (DataRow row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            T made;
            try
            {
                made = make(row);
            }
            catch (RowException bad)
            {
                Reject(row.Line, bad);
                continue;
            }
            yield return made;
        }

        void Reject(DataLine line, RowException bad) => options.OnRejected?.Invoke(
            new RejectedRow(name, line.Number, bad.Column, bad.Field, Shorten(bad.Value, MaxValue), bad.Message, Shorten(line.Text, MaxRaw) ?? ""));
    }

    private static string? Shorten(string? text, int length) => text?.Length > length ? text[..length] + "…" : text;

    private static IEnumerable<DataRow> ReadCsv(LineReader lines, string name, DataSchema schema, ColumnMap map, Action<DataLine, RowException> reject)
    {
        string[]? names = null;
        int[] roles = [];
        while (ReadRecord(lines, names?.Length, reject) is { } record)
        {
            if (names is null)
            {
                names = [.. record.Fields.Select(f => f.Value.Trim())];
                if (schema.Reject(names, map) is { } reason)
                    throw new DataFileException(name, reason, record.Line.Number);
                roles = schema.FindRoles(names, map);
                continue;
            }
            var fields = new DataField[names.Length];
            for (int i = 0; i < fields.Length; i++)
                fields[i] = new DataField(names[i], record.Fields[i].Column, record.Fields[i].Value);
            yield return new DataRow(record.Line, fields, roles);
        }
    }

    /// <summary>The next record of the right width; those that are not are rejected. Null at the end.</summary>
    private static (DataLine Line, List<(int Column, string Value)> Fields)? ReadRecord(LineReader lines, int? width, Action<DataLine, RowException> reject)
    {
        while (lines.Read() is { } first)
        {
            if (first.Text.Length == 0)
                continue;
            var ahead = new List<DataLine>();
            try
            {
                if (first.Fault is not null)
                    throw new RowException(first.FaultColumn, first.Fault);
                var record = new CsvRecord();
                int length = first.Text.Length;
                for (bool complete = record.Add(first.Text); !complete;)
                {
                    if (length > MaxRecord || lines.Read() is not { } next)
                        throw Unclosed(record.OpenQuote);
                    ahead.Add(next);
                    if (next.Fault is not null)
                        throw Unclosed(record.OpenQuote);
                    length += next.Text.Length;
                    complete = record.Add(next.Text);
                }
                if (width is { } expected && record.Fields.Count != expected)
                {
                    string counts = $"the row has {record.Fields.Count} fields and the header {expected}; quote a field that has a comma in it";
                    throw new RowException(1, ahead.Count == 0 ? counts : $"broken quote: a quote opened in this line is not closed in it, and with the lines after it {counts}");
                }
                return (first, record.Fields);
            }
            catch (RowException bad)
            {
                // A row that went wrong over several lines was most likely meant to end with its first one: the others are read again, on their own.
                reject(first, bad);
                lines.Return(ahead);
            }
        }
        return null;

        static RowException Unclosed(int column) => new(column, "broken quote: the quote that opens here is never closed; close it, or double it if it belongs to the text");
    }

    private static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new DataFileException(path, "it is a folder; name a file in it");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, "it does not exist; check the path", cause: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"it cannot be opened: {e.Message}", cause: e);
        }
    }

    /// <summary>The content of a stream that may be gzip, by its first bytes and not by its name.</summary>
    private static Stream Unpack(Stream stream, string name)
    {
        byte[] start = new byte[2];
        int known = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var whole = new PrefixedStream(start.AsMemory(0, known), stream);
        return start switch
        {
            // Not .NET's own: it takes a file that is cut short for a whole one (runtime 10.0.12).
            [0x1F, 0x8B] => new GZipInputStream(whole) { IsStreamOwner = false },
            [0xFF, 0xFE] or [0xFE, 0xFF] => throw new DataFileException(name, "it is UTF-16; save it as UTF-8"),
            _ => whole,
        };
    }
}
