namespace Hybrid.Catalog.Files;

/// <summary>What exports write where a number, a time, a brand or a category is missing.</summary>
internal sealed class MissingWords(IEnumerable<string> words)
{
    public static MissingWords Default { get; } = new(["NaN", "None", "null", "N/A", "NA", "\\N", "-"]);

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _words =
        new HashSet<string>(words.Select(word => word.Trim()), StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly int _longest = words.Select(word => word.Trim().Length).DefaultIfEmpty().Max();

    /// <summary>Whether a value says that there is none: it is blank or one of the words. Case and space around it do not count.</summary>
    public bool Has(ReadOnlySpan<char> value)
    {
        ReadOnlySpan<char> word = value.Trim();
        return word.IsEmpty || word.Length <= _longest && _words.Contains(word);
    }
}
