using System.Diagnostics.CodeAnalysis;

namespace Hybrid.Milvus.Client;

/// <summary>Rows, column by column.</summary>
public sealed class RowSet
{
    internal RowSet(int count, IEnumerable<Column?> columns)
    {
        Count = count;
        Columns = [.. columns.OfType<Column>()];
    }

    public int Count { get; }

    /// <summary>In no order: a server sends them as it likes.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <exception cref="KeyNotFoundException">The server did not send it, or as another type.</exception>
    public T Column<T>(string name)
        where T : Column =>
        TryColumn(name, out T? found) ? found : throw new KeyNotFoundException(
            $"There is no {typeof(T).Name} '{name}' in the answer; there are: {string.Join(", ", Columns.Select(c => $"{c.GetType().Name} {c.Name}"))}.");

    public bool TryColumn<T>(string name, [NotNullWhen(true)] out T? column)
        where T : Column
    {
        column = null;
        foreach (Column candidate in Columns)
            column ??= candidate.Name == name ? candidate as T : null;
        return column is not null;
    }
}
