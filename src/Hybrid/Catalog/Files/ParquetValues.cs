using Parquet;
using Parquet.Data;

namespace Hybrid.Catalog.Files;

/// <inheritdoc cref="ParquetColumn"/>
/// <param name="text">A value as text; null: none.</param>
internal sealed class ParquetValues<T>(string name, Parquet.Schema.DataField field, AttributeKind kind, Func<T, string?> text) : ParquetColumn(name)
    where T : struct
{
    private RawColumnData<T>? _group;
    private int _value, _level;

    public override async ValueTask ReadAsync(ParquetRowGroupReader rows, CancellationToken cancellationToken)
    {
        Free();
        _group = (RawColumnData<T>)await rows.ReadRawColumnDataBaseAsync(field, cancellationToken).ConfigureAwait(false);
        (_value, _level) = (0, 0);
    }

    public override DataField Next(int column)
    {
        if (field.MaxRepetitionLevel == 0)
            return new DataField(Name, column, NextValue(), kind);
        // Repetition level 0 begins a row; Dremel, Melnik et al. 2010, section 4.1.
        var elements = new List<AttributeValue>();
        do
        {
            if (NextValue() is { } value)
                elements.Add(ElementOf(value));
        }
        while (_level < _group!.RepetitionLevels.Length && _group.RepetitionLevels[_level] > 0);   // ! : read before the first row
        return DataField.List(Name, column, elements);
    }

    public override void Free()
    {
        _group?.Dispose();
        _group = null;
    }

    private AttributeValue ElementOf(string value) => kind switch
    {
        AttributeKind.Number => AttributeValue.OfJsonNumber(value),
        AttributeKind.Boolean => value == "true",
        _ => value,
    };

    /// <summary>The next value; null where there is none, which its definition level says.</summary>
    private string? NextValue()
    {
        bool isThere = field.MaxDefinitionLevel == 0 || _group!.DefinitionLevels[_level] == field.MaxDefinitionLevel;   // ! : read before the first row
        _level++;
        return isThere ? text(_group!.Values[_value++]) : null;
    }
}
