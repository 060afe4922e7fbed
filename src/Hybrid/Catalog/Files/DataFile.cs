using Hybrid.Catalog.Exports;

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
    public static IEnumerable<T> Read<T>(string path, DataSchema schema, FileReadOptions? options, Func<DataRow, KnownExport?, T> make, CancellationToken cancellationToken)
    {
        using Stream stream = path == StandardInput.Path ? new StandardInput(cancellationToken) : Open(path);
        foreach (T made in Read(stream, path == StandardInput.Path ? StandardInput.Name : path, schema, options, make, cancellationToken))
            yield return made;
    }

    /// <inheritdoc cref="Read{T}(string, DataSchema, FileReadOptions?, Func{DataRow, KnownExport, T}, CancellationToken)"/>
    public static IEnumerable<T> Read<T>(
        Stream stream, string name, DataSchema schema, FileReadOptions? options, Func<DataRow, KnownExport?, T> make, CancellationToken cancellationToken)
    {
        options ??= new FileReadOptions();
        using Stream content = Unpack(stream, name);
        var lines = new LineReader(content, name, cancellationToken);
        var roles = new ColumnRoles(schema, options.Map);
        ColumnSurvey? survey = options.OnColumns is null ? null : new ColumnSurvey(name, schema, roles, isCatalog: schema.Key >= 0);
        DataLine? first = lines.Read();
        while (first is { Text.Length: 0 })
            first = lines.Read();
        if (first is null)
            throw new DataFileException(name, "it is empty; a CSV file begins with a line of column names, a JSONL file with an object");
        lines.Return([first]);
        IEnumerable<DataRow> rows = first.Text.TrimStart().StartsWith('{')
            ? JsonRows.Read(lines, roles, Reject, cancellationToken)
            : ReadCsv(lines, name, schema, options.Map, roles, survey, Reject);
        foreach (DataRow read in rows)
        {
            DataRow row = roles.Choose(read, options.MissingWords);
            T made;
            if (survey is { IsComplete: false })
            {
                survey.Add(row);
                if (survey.IsComplete)
                    options.OnColumns?.Invoke(survey.Report());
            }
            try
            {
                made = make(row, roles.Export);
            }
            catch (RowException bad)
            {
                bad.Item = ItemAt(row.Roles, schema.Key, place => row.Fields[place].Value);
                Reject(row.Line, bad);
                continue;
            }
            yield return made;
        }
        if (survey is { IsComplete: false })
            options.OnColumns?.Invoke(survey.Report());

        void Reject(DataLine line, RowException bad)
        {
            string? value = bad.Value is null ? null : PlainText.Shorten(bad.Value, MaxValue);
            options.OnRejected?.Invoke(new RejectedRow(name, line.Number, bad.Column, bad.Field, value, bad.Message, PlainText.Shorten(line.Text, MaxRaw),
                bad.Item));
        }
    }

    private static IEnumerable<DataRow> ReadCsv(
        LineReader lines, string name, DataSchema schema, ColumnMap map, ColumnRoles roles, ColumnSurvey? survey, Action<DataLine, RowException> reject)
    {
        if (ReadRecord(lines, null, RefuseHeader) is not { } header)
            yield break;
        string[] names = roles.Recognize([.. header.Fields.Select(f => f.Value.Trim())]);
        int[] places = roles.Find(names);
        if (schema.Reject(names, map, places) is { } reason)
            throw new DataFileException(name, reason, header.Line.Number);
        survey?.Add(names, places);
        while (ReadRecord(lines, names.Length, RejectRecord) is { } record)
        {
            var fields = new DataField[names.Length];
            for (int i = 0; i < fields.Length; i++)
                fields[i] = new DataField(names[i], record.Fields[i].Column, record.Fields[i].Value);
            yield return new DataRow(record.Line, fields, places);
        }

        void RejectRecord(DataLine line, RowException bad)
        {
            bad.Item = ItemAt(places, schema.Key, place => place < bad.FieldsBefore.Count ? bad.FieldsBefore[place].Value : null);
            reject(line, bad);
        }

        // Rejected like a row, a header would be replaced by the row after it.
        void RefuseHeader(DataLine line, RowException bad) =>
            throw new DataFileException(name, $"the header cannot be read: {bad.Message}", line.Number, bad.Column, bad);
    }

    /// <summary>The next record of the right width; those that are not are rejected. Null at the end.</summary>
    /// <remarks>
    /// Linear in the file, though lines that were read ahead are read again: within an open quote only a line with an odd number of quotes ends the look-ahead,
    /// and read on its own only such a line begins one. So what is looked at ahead of one bad line ends at the latest where that of the next begins, and no
    /// line is cut more than twice.
    /// </remarks>
    private static (DataLine Line, List<(int Column, string Value)> Fields)? ReadRecord(LineReader lines, int? width, Action<DataLine, RowException> reject)
    {
        while (lines.Read() is { } first)
        {
            if (first.Text.Length == 0)
                continue;
            var ahead = new List<DataLine>();
            var record = new CsvRecord();
            try
            {
                if (first.Fault is not null)
                    throw new RowException(first.FaultColumn, first.Fault);
                int length = first.Text.Length;
                for (bool complete = record.Add(first.Text); !complete;)
                {
                    if (length > MaxRecord || lines.Read() is not { } next)
                        throw Unclosed(record.OpenQuote);
                    ahead.Add(next);
                    if (next.Fault is not null)
                        throw Unclosed(record.OpenQuote);
                    length += next.Text.Length + 1;   // its end counts: a million empty lines are a long record too
                    complete = record.Add(next.Text);
                }
                if (width is { } expected && record.Fields.Count != expected)
                {
                    string quote = ahead.Count == 0 ? "" : "broken quote: a quote opened in this line is not closed in it, and with the lines after it ";
                    string counts = $"the row has {record.Fields.Count} fields and the header {expected}; quote a field that has a comma in it";
                    throw new RowException(1, quote + counts);
                }
                return (first, record.Fields);
            }
            catch (RowException bad)
            {
                // A row that went wrong over several lines was most likely meant to end with its first one: the others are read again, on their own.
                bad.FieldsBefore = record.Fields;
                reject(first, bad);
                lines.Return(ahead);
            }
        }
        return null;

        static RowException Unclosed(int column) =>
            new(column, "broken quote: the quote that opens here is never closed; close it, or double it if it belongs to the text");
    }

    /// <summary>The item that a row is about, as far as the row can be read.</summary>
    private static ItemId? ItemAt(int[] places, int key, Func<int, string?> valueAt) =>
        key >= 0 && places[key] >= 0 && ItemId.TryParse(valueAt(places[key]), provider: null, out ItemId item) ? item : (ItemId?)null;

    /// <exception cref="DataFileException">There is no such file, or it cannot be opened.</exception>
    public static FileStream Open(string path)
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
        int known;
        try
        {
            known = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }
        catch (IOException e)
        {
            throw new DataFileException(name, $"it cannot be read: {e.Message}", cause: e);
        }
        var whole = new PrefixedStream(start.AsMemory(0, known), stream);
        return start switch
        {
            [0x1F, 0x8B] => new GzipStream(whole),
            [0xFF, 0xFE] or [0xFE, 0xFF] => throw new DataFileException(name, "it is UTF-16; save it as UTF-8"),
            _ => whole,
        };
    }
}
