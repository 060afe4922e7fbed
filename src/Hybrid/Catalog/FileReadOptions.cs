using Hybrid.Catalog.Files;

namespace Hybrid.Catalog;

/// <summary>How a file of items or events is read.</summary>
public sealed record FileReadOptions
{
    /// <summary>Which column holds which field, where the header does not say it itself.</summary>
    public ColumnMap Map { get; init; } = ColumnMap.Empty;

    /// <summary>What separates the fields of a CSV file: ",", ";", "|", "::", "\t" or "tab"; with more than one character there are no quotes.</summary>
    /// <value>Default null: a line "sep=;" says it, or else the first rows show it.</value>
    /// <exception cref="ArgumentException">It cannot separate fields.</exception>
    public string? Delimiter
    {
        get;
        init => field = value is null ? null : CsvDelimiter.Named(value)
            ?? throw new ArgumentException($"'{PlainText.Brief(value)}' cannot separate fields: give ',', ';', '|', '::' or tab.", nameof(Delimiter));
    }

    /// <summary>The encoding of text that does not show its own by a mark or by UTF-16's zeros: "windows-1252", "gbk", "shift_jis", …</summary>
    /// <value>Default null: UTF-8.</value>
    /// <exception cref="ArgumentException">There is no encoding of this name.</exception>
    public string? Encoding
    {
        get;
        init
        {
            if (value is not null)
                TextEncodings.Find(value);
            field = value;
        }
    }

    /// <summary>The names of the columns of CSV files that have no header; used where they have what the file needs, as one list may serve items or
    /// events.</summary>
    /// <value>Default null: the first row is the header.</value>
    public IReadOnlyList<string>? Header { get; init; }

    /// <summary>Words that stand for a missing number, time, brand, category or kind; case does not count. A title may be one of them.</summary>
    /// <value>Null, the default: NaN, None, null, N/A, NA, \N and -. Blank is always missing.</value>
    public IReadOnlyCollection<string>? Missing
    {
        get;
        init
        {
            field = value;
            MissingWords = value is null ? MissingWords.Default : new MissingWords(value);
        }
    }

    /// <summary>How numbers and dates are written, "de-DE": 1.249,00 and 31/01/2026.</summary>
    /// <value>Null, the default: the prices of a file show it themselves, and a date like 01/02/2026 is refused.</value>
    /// <exception cref="FormatException">The language is not known.</exception>
    public string? Culture
    {
        get;
        init
        {
            field = value;
            Style = value is null ? null : NumberStyle.Of(value);
        }
    }

    /// <summary>Ratings below this are dislikes: their events get that kind. Only for logs with a column of ratings and none of kinds.</summary>
    public double? MinRating { get; init; }

    /// <summary>Told of every row that is left out, in file order; null: nobody is.</summary>
    public Action<RejectedRow>? OnRejected { get; init; }

    /// <summary>Told of every item that the export itself says is not for shoppers, a draft or a hidden product: it is left out.</summary>
    public Action<ItemId>? OnHidden { get; init; }

    /// <summary>Told once a file what its columns are taken for.</summary>
    public Action<FileColumns>? OnColumns { get; init; }

    /// <summary>Told in a sentence of what was left out without costing a row: a header that comes again, a field of lists of objects. Once a file
    /// each.</summary>
    public Action<string>? OnNote { get; init; }

    /// <summary>Asked about a variant row whose item is not the one above: whether that item could take it.</summary>
    internal Func<Item, bool>? OnVariant { get; init; }

    /// <summary>Told once a file, after its last item, how its prices were read.</summary>
    internal Action<PriceColumn>? OnPricesRead { get; init; }

    internal NumberStyle? Style { get; private init; }

    internal MissingWords MissingWords { get; private init; } = MissingWords.Default;
}
