namespace Hybrid.Catalog.Files;

/// <summary>Finds the columns that hold a schema's fields, under their own names or those that a map gives them.</summary>
internal sealed class ColumnRoles
{
    // A map may give one column to several fields.
    private readonly Dictionary<string, List<(int Role, int Rank)>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly int _count;

    public ColumnRoles(DataSchema schema, ColumnMap map)
    {
        _count = schema.Fields.Length;
        string?[] mapped = [.. schema.Fields.Select(field => map.ColumnOf(field[0]))];
        for (int role = 0; role < _count; role++)
        {
            // A column that was mapped to one field is not another's because of its name.
            string[] names = mapped[role] is { } only ? [only] : [.. schema.Fields[role].Except(mapped, StringComparer.OrdinalIgnoreCase).OfType<string>()];
            for (int rank = 0; rank < names.Length; rank++)
            {
                if (!_names.TryGetValue(names[rank], out List<(int, int)>? roles))
                    _names.Add(names[rank], roles = []);
                roles.Add((role, rank));
            }
        }
    }

    /// <summary>Whether a column of this name can hold a field.</summary>
    public bool Knows(string column) => _names.ContainsKey(column);

    /// <summary>For each field of the schema the place of its column, or −1. Cost: one look-up a column, however many there are.</summary>
    /// <param name="columns">The columns' names; null for one that can hold no field. Of two with one name the first counts.</param>
    public int[] Find(IEnumerable<string?> columns)
    {
        int[] places = new int[_count], ranks = new int[_count];
        Array.Fill(places, -1);
        foreach ((int place, string? name) in columns.Index())
        {
            if (name is null || !_names.TryGetValue(name, out List<(int Role, int Rank)>? roles))
                continue;
            foreach ((int role, int rank) in roles)
            {
                if (places[role] < 0 || rank < ranks[role])
                    (places[role], ranks[role]) = (place, rank);
            }
        }
        return places;
    }
}
