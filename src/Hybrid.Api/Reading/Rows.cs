using System.Text.Json;
using Hybrid.Api.Answers;

namespace Hybrid.Api.Reading;

/// <summary>The rows of a call, each read for itself: one that cannot be used costs itself alone.</summary>
/// <param name="Values">In the place of a row that cannot be used there is null.</param>
/// <param name="Problems">By the place of the row, from 0.</param>
internal sealed record Rows<T>(IReadOnlyList<T?> Values, IReadOnlyDictionary<int, Problem> Problems)
    where T : class
{
    /// <summary>Reads a list of objects, or one object, or lines of objects.</summary>
    /// <param name="field">What the rows are called: "items".</param>
    /// <exception cref="RefusedException">There are too many rows, or the whole is no JSON.</exception>
    public static Rows<T> Read(ReadOnlyMemory<byte> body, bool isLines, int most, string field)
    {
        var values = new List<T?>();
        var problems = new Dictionary<int, Problem>();
        if (isLines)
        {
            List<ReadOnlyMemory<byte>> lines = LinesOf(body);
            if (lines.Count > most)
                throw FieldValues.TooMany(field, lines.Count, most, "rows");
            foreach (ReadOnlyMemory<byte> line in lines)
                Add(() => JsonBody.Read<T>(line));
            return new(values, problems);
        }
        using JsonDocument document = JsonBody.Parse(body);
        if (document.RootElement.ValueKind == JsonValueKind.Array)
        {
            if (document.RootElement.GetArrayLength() is var count && count > most)
                throw FieldValues.TooMany(field, count, most, "rows");
            foreach (JsonElement element in document.RootElement.EnumerateArray())
                Add(() => JsonBody.Read<T>(element));
        }
        else
        {
            Add(() => JsonBody.Read<T>(document.RootElement));
        }
        return new(values, problems);

        void Add(Func<T> read)
        {
            try
            {
                values.Add(read());
            }
            catch (RefusedException refused)
            {
                problems.Add(values.Count, refused.Problem);
                values.Add(null);
            }
        }
    }

    private static List<ReadOnlyMemory<byte>> LinesOf(ReadOnlyMemory<byte> body)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        while (!body.IsEmpty)
        {
            int end = body.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (!line.Span.Trim(" \t\r"u8).IsEmpty)
                lines.Add(line);
        }
        return lines;
    }
}
