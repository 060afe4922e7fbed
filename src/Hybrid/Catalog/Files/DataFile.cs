using Hybrid.Catalog.Exports;

namespace Hybrid.Catalog.Files;

/// <summary>Reads the rows of a file, whatever kind it is of.</summary>
internal static class DataFile
{
    private const int MaxRaw = 1000;
    private const int MaxValue = 100;

    /// <summary>The things that <paramref name="make"/> makes of the rows, in file order, read as they are asked for.</summary>
    /// <param name="make">Throws <see cref="RowException"/> for a row that cannot be used.</param>
    public static IEnumerable<T> Read<T>(string path, DataSchema schema, FileReadOptions? options, Func<DataRow, KnownExport?, T> make,
        CancellationToken cancellationToken)
    {
        using Stream stream = path == StandardInput.Path ? new StandardInput(cancellationToken) : DataFiles.Open(path);
        foreach (T made in Read(stream, path == StandardInput.Path ? StandardInput.Name : path, schema, options, make, cancellationToken))
            yield return made;
    }

    /// <inheritdoc cref="Read{T}(string, DataSchema, FileReadOptions?, Func{DataRow, KnownExport, T}, CancellationToken)"/>
    public static IEnumerable<T> Read<T>(
        Stream stream, string name, DataSchema schema, FileReadOptions? options, Func<DataRow, KnownExport?, T> make, CancellationToken cancellationToken)
    {
        options ??= new FileReadOptions();
        using DataSource source = DataSource.Open(stream, name, options.Encoding);
        var roles = new ColumnRoles(schema, options.Map);
        ColumnSurvey? survey = options.OnColumns is null ? null : new ColumnSurvey(name, schema, roles, isCatalog: schema.Key >= 0);
        foreach (DataRow read in RowsOf(source, schema, options, roles, survey, Reject, cancellationToken))
        {
            DataRow row = roles.Choose(read, options.MissingWords);
            if (survey is { IsComplete: false })
            {
                survey.Add(row);
                if (survey.IsComplete)
                    options.OnColumns?.Invoke(survey.Report());
            }
            T made;
            try
            {
                made = make(row, roles.Export);
            }
            catch (RowException bad)
            {
                bad.Item = ItemAt(row.Roles, schema.Key, place => row.Fields[place].Value);
                // A row of a Parquet file has no text of its own.
                Reject(row.Line.Text.Length > 0 ? row.Line : row.Line with { Text = row.ToText() }, bad);
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

    /// <summary>The item that a row is about, as far as the row can be read.</summary>
    public static ItemId? ItemAt(int[] places, int key, Func<int, string?> valueAt) =>
        key >= 0 && places[key] >= 0 && ItemId.TryParse(valueAt(places[key]), provider: null, out ItemId item) ? item : (ItemId?)null;

    private static IEnumerable<DataRow> RowsOf(
        DataSource source, DataSchema schema, FileReadOptions options, ColumnRoles roles, ColumnSurvey? survey, Action<DataLine, RowException> reject,
        CancellationToken cancellationToken)
    {
        if (source.IsParquet)
            return new ParquetRows(source.Content, source.Name, schema, options, roles).Read(cancellationToken);
        var decoder = new LineDecoder(source.Name, source.Encoding, source.Start);
        JsonShape shape = JsonObjects.ShapeOf(source.Start.Span);
        if (shape == JsonShape.Objects)
        {
            IEnumerable<DataLine> objects = new JsonObjects(source.Content, source.Name, decoder, cancellationToken).Read();
            return new JsonRows(objects, source.Name, options, roles, reject).Read(cancellationToken);
        }
        var lines = new LineReader(source.Content, source.Name, cancellationToken, decoder);
        if (IsEmpty(lines))
            throw new DataFileException(source.Name, "it is empty; a CSV file begins with a line of column names, a JSON file with an object or a list "
                + "of them");
        return shape == JsonShape.Lines
            ? new JsonRows(lines.ReadAll(), source.Name, options, roles, reject).Read(cancellationToken)
            : new CsvRows(lines, source.Name, schema, options, roles, survey, reject).Read();
    }

    private static bool IsEmpty(LineReader lines)
    {
        while (lines.Read() is { } line)
        {
            if (line.Text.Length == 0)
                continue;
            lines.Return([line]);
            return false;
        }
        return true;
    }
}
