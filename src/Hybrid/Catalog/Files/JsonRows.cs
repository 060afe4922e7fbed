using System.Text.Json;

namespace Hybrid.Catalog.Files;

/// <summary>Reads rows that are one JSON object each: lines, or the objects of a list.</summary>
internal sealed class JsonRows(
    IEnumerable<DataLine> objects, string name, FileReadOptions options, ColumnRoles roles, Action<DataLine, RowException> reject)
{
    // Where names are data, "prices.2026-01-31", there may be as many as rows.
    private const int MostNotes = 20;

    private readonly HashSet<string> _leftOut = new(StringComparer.Ordinal);
    private readonly List<string> _leftOutOfRow = [];
    private long _empty;

    public IEnumerable<DataRow> Read(CancellationToken cancellationToken)
    {
        bool isFirst = true;
        foreach (DataLine line in objects)
        {
            if (line.Fault is null && string.IsNullOrWhiteSpace(line.Text))
                continue;
            List<List<DataField>> rows;
            try
            {
                byte[] bytes = System.Text.Encoding.UTF8.GetBytes(line.Text);
                List<DataField> fields = ReadFields(line, bytes, cancellationToken);
                if (isFirst)
                    roles.Recognize([.. fields.Where(field => !field.IsAttribute).Select(field => field.Name)]);
                isFirst = false;
                NoteLeftOut();
                rows = roles.Export is { Things: not null } nested ? [.. NestedRows.Of(bytes, fields, nested)] : [fields];
                if (rows.Count == 0)
                    _empty++;
            }
            catch (RowException bad)
            {
                reject(line, bad);
                continue;
            }
            foreach (List<DataField> row in rows)
                yield return new DataRow(line, row, roles.Find(row.Select(field => field.IsAttribute ? null : field.Name)));
        }
        if (_empty > 0)
            options.OnNote?.Invoke($"{name}: {_empty:N0} {(_empty == 1 ? "event is" : "events are")} on no item: left out.");
    }

    private List<DataField> ReadFields(DataLine line, byte[] bytes, CancellationToken cancellationToken)
    {
        if (line.Fault is not null)
            throw new RowException(line.FaultColumn, line.Fault);
        try
        {
            return JsonFields.Read(bytes, cancellationToken, line.Column, _leftOutOfRow.Add);
        }
        catch (JsonException bad)
        {
            // Of a line the bytes are counted anew on each of its own; a text of one line has one.
            ReadOnlySpan<byte> text = bytes;
            for (long skipped = bad.LineNumber ?? 0; skipped > 0; skipped--)
                text = text[(text.IndexOf((byte)'\n') + 1)..];
            int column = System.Text.Encoding.UTF8.GetCharCount(text[..(int)(bad.BytePositionInLine ?? 0)]) + (bad.LineNumber > 0 ? 1 : line.Column);
            throw new RowException(column, "this is not a JSON object; write one object a line, {\"id\": \"P1\", \"title\": \"…\"}, or a list of objects");
        }
    }

    /// <summary>Says once of each field that it was left out; those of which an export's rows are made are not.</summary>
    private void NoteLeftOut()
    {
        foreach (string field in _leftOutOfRow)
        {
            if (field != roles.Export?.Things && field != roles.Export?.Parameters && _leftOut.Count < MostNotes && _leftOut.Add(field))
                options.OnNote?.Invoke($"{name}: the field {PlainText.Brief(field)} holds lists of objects or of lists: left out.");
        }
        _leftOutOfRow.Clear();
    }
}
