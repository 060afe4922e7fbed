using Hybrid.Catalog.Exports;

namespace Hybrid.Catalog.Files;

/// <summary>Finds the columns that hold a schema's fields: those that a map names, those of a known export, or those with the fields' own names.</summary>
internal sealed class ColumnRoles
{
    private static readonly string[] RecBoleTypes = [":token", ":float", ":token_seq", ":float_seq"];

    private readonly DataSchema _schema;
    private readonly string?[] _mapped;

    // A map may give one column to several fields.
    private Dictionary<string, List<(int Role, int Rank)>> _names;

    public ColumnRoles(DataSchema schema, ColumnMap map)
    {
        _schema = schema;
        _mapped = [.. schema.Fields.Select(field => map.ColumnOf(field[0]))];
        _names = NamesOf(null);
    }

    /// <summary>The export that the columns are of; null when they are of none that is known.</summary>
    public KnownExport? Export { get; private set; }

    /// <summary>Looks whether columns are a known export's; to be called once, with the columns of the first row.</summary>
    /// <returns>The columns' names, without what is not part of them: a RecBole file has item_id:token for item_id.</returns>
    public string[] Recognize(string[] columns)
    {
        Export = _schema.Exports.FirstOrDefault(export => export.Fits(columns));
        if (Export is not null)
            _names = NamesOf(Export);
        return Array.TrueForAll(columns, name => RecBoleTypes.Any(type => name.EndsWith(type, StringComparison.Ordinal)))
            ? [.. columns.Select(name => name[..name.LastIndexOf(':')])]
            : columns;
    }

    /// <summary>The field of which a column of the export is not the first, "price" for a regular price beside a sale's; null where it is none's.</summary>
    public string? FieldBeside(string column) =>
        Export is null ? null : Array.Find(Export.Fields, field => field.Columns.Skip(1).Contains(column, ColumnName.Comparer)).Field;

    /// <summary>Whether a column of this name can hold a field.</summary>
    public bool Knows(string column) => _names.ContainsKey(column);

    /// <summary>For each field of the schema the place of its column, or −1. Cost: one look-up a column, however many there are.</summary>
    /// <param name="columns">The columns' names; null for one that can hold no field. Of two with one name the first counts.</param>
    public int[] Find(IEnumerable<string?> columns)
    {
        int[] places = new int[_schema.Fields.Length], ranks = new int[_schema.Fields.Length];
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

    /// <summary>The row with each field in the first of its columns that says something: a sale's price, or else the regular one.</summary>
    public DataRow Choose(DataRow row, MissingWords missing)
    {
        if (Export is null)
            return row;
        int[]? chosen = null;
        foreach ((string field, string[] columns) in Export.Fields)
        {
            int role = columns.Length < 2 ? -1 : _schema.RoleOf(field);
            if (role < 0 || _mapped[role] is not null || row.Roles[role] < 0 || !missing.Has(row.Fields[row.Roles[role]].Value))
                continue;
            foreach (string column in columns)
            {
                int place = row.PlaceOf(column);
                if (place < 0 || missing.Has(row.Fields[place].Value))
                    continue;
                chosen ??= [.. row.Roles];
                chosen[role] = place;
                break;
            }
        }
        return chosen is null ? row : row with { Roles = chosen };
    }

    private Dictionary<string, List<(int Role, int Rank)>> NamesOf(KnownExport? export)
    {
        var found = new Dictionary<string, List<(int, int)>>(ColumnName.Comparer);
        string[] taken = [.. _mapped.OfType<string>(), .. export?.Fields.SelectMany(field => field.Columns) ?? []];
        for (int role = 0; role < _schema.Fields.Length; role++)
        {
            string[] ofExport = export?.ColumnsOf(_schema.Fields[role][0]) ?? [];
            // A column that was mapped to one field, or is one of an export's, is not another's because of its name.
            string[] names = _mapped[role] is { } only ? [only]
                : ofExport.Length > 0 ? [.. ofExport.Except(_mapped.OfType<string>(), ColumnName.Comparer)]
                : [.. _schema.Fields[role].Except(taken, ColumnName.Comparer)];
            for (int rank = 0; rank < names.Length; rank++)
            {
                if (!found.TryGetValue(names[rank], out List<(int, int)>? roles))
                    found.Add(names[rank], roles = []);
                roles.Add((role, rank));
            }
        }
        return found;
    }
}
