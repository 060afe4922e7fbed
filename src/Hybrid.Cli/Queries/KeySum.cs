using System.Globalization;
using Hybrid.Behavior.Words;
using Hybrid.Catalog;

namespace Hybrid.Cli.Queries;

/// <summary>A sum of keys as it is typed: king - man + woman, each with a weight of its own if it has one, key*0.5.</summary>
internal static class KeySum
{
    /// <param name="words">A sign is a word of its own; "king - man + woman" in quotes is the same. The first word, and one behind a sign, is a key whatever it
    /// is.</param>
    /// <param name="isKey">A word that is a key as a whole is not taken apart.</param>
    /// <exception cref="UsageException">The sum ends in a sign, or a weight is no number.</exception>
    public static IReadOnlyList<VectorTerm> Parse(IReadOnlyList<string> words, Func<string, bool> isKey)
    {
        var terms = new List<VectorTerm>();
        string[] parts = [.. words.SelectMany(word => isKey(word) ? [word] : word.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        double sign = 1;
        bool isBehindSign = true;
        foreach (string part in parts)
        {
            if (!isBehindSign && (part is "+" or "-" or "−"))
            {
                (sign, isBehindSign) = (part == "+" ? 1 : -1, true);
                continue;
            }
            terms.Add(Term(part, sign, isKey));
            (sign, isBehindSign) = (1, false);
        }
        return terms.Count > 0 && !isBehindSign ? terms : throw new UsageException("A key is missing at the end of the sum, such as king - man + woman.");
    }

    private static VectorTerm Term(string word, double sign, Func<string, bool> isKey)
    {
        int star = word.LastIndexOf('*');
        if (star <= 0 || isKey(word))
            return new VectorTerm(word, sign);
        string weight = word[(star + 1)..];
        return double.TryParse(weight, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? new VectorTerm(word[..star], sign * value)
            : throw new UsageException($"'{PlainText.Brief(word)}': a weight is a number, such as {PlainText.Brief(word[..star])}*0.5, not "
                + $"'{PlainText.Brief(weight)}'.");
    }
}
