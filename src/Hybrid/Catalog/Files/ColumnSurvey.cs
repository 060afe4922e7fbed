namespace Hybrid.Catalog.Files;

/// <summary>Collects from the first rows of a file what its columns are taken for.</summary>
/// <param name="isCatalog">Whether columns that hold no field become attributes.</param>
internal sealed class ColumnSurvey(string file, DataSchema schema, ColumnRoles roles, bool isCatalog)
{
    private const int Rows = 100;
    private const int MostColumns = 1_000;
    private const int ExampleLength = 40;

    private readonly Dictionary<string, (string? Becomes, string? Example)> _columns = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private int _rows;

    /// <summary>Whether enough rows were seen.</summary>
    public bool IsComplete => _rows >= Rows;

    /// <summary>Takes the columns of a header, of which there may be no row.</summary>
    public void Add(IReadOnlyList<string> names, int[] places)
    {
        for (int i = 0; i < names.Count; i++)
            Add(names[i], i, places, isAttribute: false, value: null);
    }

    public void Add(DataRow row)
    {
        _rows++;
        for (int i = 0; i < row.Fields.Count; i++)
            Add(row.Fields[i].Name, i, row.Roles, row.Fields[i].IsAttribute, row.Fields[i].Value);
    }

    public FileColumns Report() =>
        new(file, roles.Export?.Name, [.. _order.Select(name => new FileColumn(name, _columns[name].Becomes, _columns[name].Example))]);

    private void Add(string name, int place, int[] places, bool isAttribute, string? value)
    {
        if (!_columns.TryGetValue(name, out (string? Becomes, string? Example) known))
        {
            if (name.Length == 0 || _order.Count >= MostColumns)
                return;
            _order.Add(name);
        }
        string? field = isAttribute ? null : FieldAt(place, places) ?? roles.FieldBeside(name);
        string? becomes = field ?? known.Becomes ?? (!isCatalog ? null : !isAttribute && roles.Export?.HasOption(name) == true ? "option" : "attribute");
        string? example = known.Example ?? (string.IsNullOrWhiteSpace(value) ? null : PlainText.Of(value.Trim(), ExampleLength));
        _columns[name] = (becomes, example);
    }

    private string? FieldAt(int place, int[] places)
    {
        string[] fields = [.. schema.Fields.Where((_, role) => places[role] == place).Select(names => names[0])];
        return fields.Length == 0 ? null : string.Join(", ", fields);
    }
}
