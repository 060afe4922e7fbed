namespace Hybrid.Catalog.Files;

/// <summary>The prices of one file, read alike: whether 1.249 is a little over one or over a thousand, the column's other prices say.</summary>
/// <remarks>
/// A price that can be read in two ways is read as <see cref="PriceText"/> has it, or as the prices before it show; when those after it show something else,
/// it is in <see cref="Corrections"/>. Memory: the ids of such prices, until enough others agree. Threads: one at a time.
/// </remarks>
/// <param name="style">How the file's country writes prices; null: the column shows it.</param>
internal sealed class PriceColumn(NumberStyle? style)
{
    /// <summary>So many prices that show the same sign, and none that shows the other, settle it.</summary>
    private const int EnoughToSettle = 1_000;

    private readonly Dictionary<ItemId, (double ByPoint, double ByComma, char Taken)> _open = [];
    private long _points, _commas;

    /// <summary>What stands before the cents; null where no price has shown it.</summary>
    public char? Decimal => style?.Decimal ?? (_points == 0 && _commas == 0 ? null : _commas > _points ? ',' : '.');

    /// <summary>Prices that could have been read in two ways.</summary>
    public long Ambiguous { get; private set; }

    /// <summary>Of the items whose price the prices after it show to have been read wrongly, the right one.</summary>
    public IEnumerable<(ItemId Item, double Price)> Corrections => Decimal is not { } sign ? []
        : _open.Where(price => price.Value.Taken != sign).Select(price => (price.Key, sign == ',' ? price.Value.ByComma : price.Value.ByPoint));

    /// <summary>The price of an item; null when the text is none.</summary>
    public double? Read(ItemId item, string text)
    {
        if (PriceText.Parse(text) is not { } price)
            return null;
        _open.Remove(item);
        if (price.Decimal == '.')
            _points++;
        else if (price.Decimal == ',')
            _commas++;
        if (price.Other is not { } other)
            return price.Value;
        Ambiguous++;
        // Both readings by what stands before the cents: the smaller one takes the sign itself for that.
        bool hasPoint = text.Contains('.');
        (double small, double large) = Math.Abs(price.Value) < Math.Abs(other) ? (price.Value, other) : (other, price.Value);
        (double byPoint, double byComma) = hasPoint ? (small, large) : (large, small);
        // Left alone, both signs are read as programs write numbers: 1.249 and 1,249 are a point and thousands.
        char sign = Decimal ?? '.';
        if (style is null && !IsSettled())
            _open[item] = (byPoint, byComma, sign);
        return sign == ',' ? byComma : byPoint;
    }

    private bool IsSettled() => Math.Min(_points, _commas) == 0 && Math.Max(_points, _commas) >= EnoughToSettle;
}
