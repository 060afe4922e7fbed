namespace Hybrid.Catalog.Files;

/// <summary>Reads the rows of a CSV file: a header, or one that is given, and records of its width.</summary>
internal sealed class CsvRows(
    LineReader lines, string name, DataSchema schema, FileReadOptions options, ColumnRoles roles, ColumnSurvey? survey, Action<DataLine, RowException> reject)
{
    /// <summary>How far ahead the end of a quoted field is looked for, in characters. Also bounds what a row takes.</summary>
    private const int MaxRecord = 1 << 18;

    private string _delimiter = ",";

    private sealed record Record(DataLine Line, List<(int Column, string Value)> Fields);

    public IEnumerable<DataRow> Read()
    {
        string? declared = CsvDelimiter.Declared(lines);
        _delimiter = options.Delimiter ?? declared ?? CsvDelimiter.Find(lines, roles);
        if (ReadRecord(null, RefuseHeader) is not { } first)
            yield break;
        IReadOnlyList<string>? given = options.Header is { } listed && schema.Reject(listed, options.Map, roles.Find(listed)) is null ? listed
            : CsvHeader.OfMovieLens(first.Fields, schema);
        string[] header = roles.Recognize(given is not null ? [.. given] : [.. first.Fields.Select(field => field.Value.Trim())]);
        string[] names = CsvHeader.Numbered(header, roles);
        int[] places = roles.Find(names);
        Record? next = given is not null ? first : ReadRecord(names.Length, RejectRecord);
        if (schema.Reject(names, options.Map, places) is { } reason)
        {
            bool isData = places.All(place => place < 0) && CsvHeader.IsData(first.Fields, next?.Fields);
            throw new DataFileException(name, isData ? CsvHeader.Missing(first.Fields) : reason, first.Line.Number);
        }
        survey?.Add(names, places);
        long repeated = 0;
        for (Record? record = next; record is not null; record = ReadRecord(names.Length, RejectRecord))
        {
            if (CsvHeader.IsAgain(record.Fields, header))
            {
                repeated++;
                continue;
            }
            yield return RowOf(record);
        }
        if (repeated > 0)
            options.OnNote?.Invoke($"{name}: the header comes again in {repeated:N0} {(repeated == 1 ? "row, which was" : "rows, which were")} skipped.");

        DataRow RowOf(Record record)
        {
            var fields = new DataField[names.Length];
            for (int i = 0; i < fields.Length; i++)
            {
                // What an export leaves away at a row's end is empty.
                fields[i] = i < record.Fields.Count
                    ? new DataField(names[i], record.Fields[i].Column, record.Fields[i].Value)
                    : new DataField(names[i], record.Line.Text.Length + 1, "");
            }
            return new DataRow(record.Line, fields, places);
        }

        void RejectRecord(DataLine line, RowException bad)
        {
            bad.Item = DataFile.ItemAt(places, schema.Key, place => place < bad.FieldsBefore.Count ? bad.FieldsBefore[place].Value : null);
            reject(line, bad);
        }

        // Rejected like a row, a header would be replaced by the row after it.
        void RefuseHeader(DataLine line, RowException bad) =>
            throw new DataFileException(name, $"the header cannot be read: {bad.Message}", line.Number, bad.Column, bad);
    }

    /// <summary>The next record of the right width; those that are not are rejected, and those without a value skipped. Null at the end.</summary>
    /// <remarks>
    /// Linear in the file, though lines that were read ahead are read again: within an open quote only a line with an odd number of quotes ends the look-ahead,
    /// and read on its own only such a line begins one. So what is looked at ahead of one bad line ends at the latest where that of the next begins, and no
    /// line is cut more than twice in one way of quoting, of which there are three.
    /// </remarks>
    private Record? ReadRecord(int? width, Action<DataLine, RowException> rejectRecord)
    {
        while (lines.Read() is { } first)
        {
            if (first.Text.Length == 0)
                continue;
            var ahead = new List<DataLine>();
            var record = new CsvRecord(_delimiter, CsvDelimiter.QuotesOf(_delimiter));
            try
            {
                ReadRecord(record, first, ahead);
                if (width is { } expected && WrongWidth(record.Fields, expected, ahead.Count) is { } wrong)
                    throw wrong;
                if (width is not null && record.Fields.TrueForAll(field => field.Value.Length == 0))
                    continue;   // as spreadsheets leave them below a table
                return new Record(first, record.Fields);
            }
            catch (RowException bad)
            {
                if (first.Fault is null && width is { } expected && ReadOtherwise(first, ahead, expected) is { } fields)
                    return new Record(first, fields);
                // A row that went wrong over several lines was most likely meant to end with its first one: the others are read again, on their own.
                bad.FieldsBefore = record.Fields;
                rejectRecord(first, bad);
                lines.Return(ahead);
            }
        }
        return null;
    }

    private void ReadRecord(CsvRecord record, DataLine first, List<DataLine> ahead)
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

        static RowException Unclosed(int column) =>
            new(column, "broken quote: the quote that opens here is never closed; close it, or double it if it belongs to the text");
    }

    /// <summary>The fields of a row that RFC 4180 cannot read, when another way of quoting gives it the header's width.</summary>
    private List<(int Column, string Value)>? ReadOtherwise(DataLine first, List<DataLine> ahead, int width)
    {
        if (first.Text.Contains("\\\"", StringComparison.Ordinal) && Read(CsvQuotes.Backslashed, ahead.Count) is { } escaped)
            return escaped;
        // Tools that part fields by tabs seldom know quotes at all.
        return _delimiter == "\t" ? Read(CsvQuotes.None, 0) : null;

        List<(int Column, string Value)>? Read(CsvQuotes quotes, int most)
        {
            var record = new CsvRecord(_delimiter, quotes);
            int taken = 0;
            try
            {
                bool complete = record.Add(first.Text);
                while (!complete && taken < most && ahead[taken].Fault is null)
                    complete = record.Add(ahead[taken++].Text);
                if (!complete || record.Fields.Count != width)
                    return null;
            }
            catch (RowException)
            {
                return null;   // not this way either; the row is rejected for what is wrong with it by RFC 4180
            }
            lines.Return(ahead[taken..]);
            return record.Fields;
        }
    }

    private static RowException? WrongWidth(List<(int Column, string Value)> fields, int width, int linesAhead)
    {
        bool endsEarly = fields.Count < width && linesAhead == 0;
        if (fields.Count == width || endsEarly || fields.Count > width && fields.Skip(width).All(field => string.IsNullOrWhiteSpace(field.Value)))
            return null;
        string quote = linesAhead == 0 ? "" : "broken quote: a quote opened in this line is not closed in it, and with the lines after it ";
        return new RowException(1, $"{quote}the row has {fields.Count} fields and the header {width}; quote a field that has a comma in it");
    }
}
