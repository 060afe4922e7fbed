using System.Text.Json;

namespace Hybrid.Catalog.Files;

/// <summary>Reads lines that are one JSON object each.</summary>
internal static class JsonRows
{
    public static IEnumerable<DataRow> Read(LineReader lines, ColumnRoles roles, Action<DataLine, RowException> reject, CancellationToken cancellationToken)
    {
        bool isFirst = true;
        while (lines.Read() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line.Text))
                continue;
            DataRow row;
            try
            {
                List<DataField> fields = ReadFields(line, cancellationToken);
                if (isFirst)
                    roles.Recognize([.. fields.Where(field => !field.IsAttribute).Select(field => field.Name)]);
                isFirst = false;
                row = new DataRow(line, fields, roles.Find(fields.Select(field => field.IsAttribute ? null : field.Name)));
            }
            catch (RowException bad)
            {
                reject(line, bad);
                continue;
            }
            yield return row;
        }
    }

    private static List<DataField> ReadFields(DataLine line, CancellationToken cancellationToken)
    {
        if (line.Fault is not null)
            throw new RowException(line.FaultColumn, line.Fault);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(line.Text);
        try
        {
            return JsonFields.Read(bytes, cancellationToken);
        }
        catch (JsonException bad)
        {
            int column = System.Text.Encoding.UTF8.GetCharCount(bytes, 0, (int)(bad.BytePositionInLine ?? 0)) + 1;
            throw new RowException(column, "the line is not a JSON object; write one object a line, {\"id\": \"P1\", \"title\": \"…\"}");
        }
    }
}
