using System.Globalization;

namespace Hybrid.Catalog.Files;

/// <summary>What the first row of a CSV file says of its columns, when it is a header.</summary>
internal static class CsvHeader
{
    private const int MostShown = 5;

    /// <summary>The names with "image link 2" for one that comes again and holds no field: a second column of a field is for the schema to refuse.</summary>
    public static string[] Numbered(IReadOnlyList<string> names, ColumnRoles roles)
    {
        var taken = new HashSet<string>(names, StringComparer.OrdinalIgnoreCase);
        var met = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var numbers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        string[] numbered = [.. names];
        for (int i = 0; i < numbered.Length; i++)
        {
            string name = names[i];
            // Columns without a name, which spreadsheets leave behind, are nobody's.
            if (name.Length == 0 || met.Add(name) || roles.Knows(name))
                continue;
            int number = numbers.GetValueOrDefault(name, 1);
            do
                numbered[i] = $"{name} {++number}";
            while (!taken.Add(numbered[i]));
            numbers[name] = number;
        }
        return numbered;
    }

    /// <summary>Whether a row is the header again, as where files were put together.</summary>
    public static bool IsAgain(List<(int Column, string Value)> fields, string[] header)
    {
        if (fields.Count != header.Length || !IsSame(0))
            return false;
        for (int i = 1; i < header.Length; i++)
        {
            if (!IsSame(i))
                return false;
        }
        return true;

        bool IsSame(int i) => fields[i].Value.AsSpan().Trim().Equals(header[i], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether what should be a header is a row like those after it: it has a number, a time, or an id of the shape of the next row's.</summary>
    public static bool IsData(List<(int Column, string Value)> first, List<(int Column, string Value)>? second) => first.Index().Any(field =>
        IsValue(field.Item.Value) || second is not null && field.Index < second.Count && AreIdsOfOneShape(field.Item.Value, second[field.Index].Value));

    /// <summary>The columns of MovieLens' files without a header: u.data and ratings.dat of events, movies.dat of items; null where the row is none of theirs.
    /// </summary>
    public static string[]? OfMovieLens(List<(int Column, string Value)> first, DataSchema schema)
    {
        bool isCatalog = schema.Key >= 0;
        return first.ConvertAll(field => field.Value) switch
        {
            [var user, var item, var rating, var time] when !isCatalog && IsWhole(user) && IsWhole(item) && IsRating(rating) && IsSeconds(time) =>
                ["user", "item", "rating", "time"],
            [var movie, var title, var genres] when isCatalog && IsWhole(movie) && title.EndsWith(')') && genres.Length > 0 => ["id", "title", "category"],
            _ => null,
        };
    }

    /// <summary>What to say of a file without a header.</summary>
    public static string Missing(List<(int Column, string Value)> first)
    {
        string shown = string.Join(", ", first.Take(MostShown).Select(field => PlainText.Brief(field.Value))) + (first.Count > MostShown ? ", …" : "");
        return $"the first row looks like data ({shown}), and no column is known by name; name the columns with --header, id,title,… or user,item,kind,time";
    }

    private static bool IsWhole(string text) => text.Length is > 0 and < 10 && text.All(char.IsAsciiDigit);

    private static bool IsRating(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double rating) && rating is >= 0 and <= 10;

    // From 1990 on: less is an id.
    private static bool IsSeconds(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
        && seconds is >= 631_152_000 and < 4_133_980_800;

    // Not a year: a table may have a column for each.
    private static bool IsValue(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number is not (>= 1900 and <= 2100)
        || text.Length >= 8 && char.IsDigit(text[0])
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static bool AreIdsOfOneShape(string one, string other) =>
        one.Length == other.Length && one != other && IsId(one) && one.Zip(other).All(pair => char.IsDigit(pair.First) == char.IsDigit(pair.Second));

    private static bool IsId(string text) => text.Any(char.IsDigit) && !text.Any(char.IsWhiteSpace);
}
