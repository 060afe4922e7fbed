using System.Text;

namespace Hybrid.Indexing.Filters;

/// <summary>What follows like: % is any run of characters, _ one character (a code point), \% and \_ and \\ are %, _ and \.</summary>
/// <remarks>
/// The pattern is cut at its %. What is before the first and behind the last has a fixed place; what is between two is looked for from left to right, each
/// behind the one before, and the first place found is as good as any. So a match reads the text once, and no more often than <see cref="MostSingles"/> times
/// where _ stands among letters between two %. It allocates nothing.
/// </remarks>
internal sealed class LikePattern
{
    /// <summary>The most _ among the letters of a part between two %: each place in the text where such a part could begin may cost as many steps.</summary>
    public const int MostSingles = 256;

    private readonly Step[] _first;
    private readonly Step[][] _between;
    private readonly Step[]? _last;   // null: the pattern has no %
    private readonly int _lastLength;   // in code points

    public LikePattern(string text)
    {
        Text = text;
        var parts = new List<Step[]>();
        var part = new List<Step>();
        var literal = new StringBuilder();
        int skip = 0;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '%':
                    if (literal.Length > 0)
                        EndStep();
                    // _ beside % may stand behind it as well, "a_%b" as "a%_b": skip counts on, so that no part ends with one.
                    parts.Add([.. part]);
                    part.Clear();
                    break;
                case '_':
                    if (literal.Length > 0)
                        EndStep();
                    skip++;
                    break;
                case '\\' when i + 1 < text.Length && text[i + 1] is '%' or '_' or '\\':
                    literal.Append(text[++i]);
                    break;
                default:
                    literal.Append(text[i]);
                    break;
            }
        }
        if (skip > 0 || literal.Length > 0)
            EndStep();
        _last = parts.Count == 0 ? null : [.. part];
        _first = parts.Count == 0 ? [.. part] : parts[0];
        _between = [.. parts.Skip(1).Where(p => p.Length > 0)];
        _lastLength = part.Sum(step => step.Skip + step.Literal.EnumerateRunes().Count());
        Singles = _between.Select(steps => steps.Skip(1).Sum(step => step.Skip)).DefaultIfEmpty().Max();

        void EndStep()
        {
            part.Add(new Step(skip, literal.ToString()));
            skip = 0;
            literal.Clear();
        }
    }

    public string Text { get; }

    /// <summary>The most _ within one part that has to be looked for; the parser refuses more than <see cref="MostSingles"/>.</summary>
    public int Singles { get; }

    /// <summary>What every text that fits begins with.</summary>
    public string Prefix => _first.Length > 0 && _first[0].Skip == 0 ? _first[0].Literal : "";

    /// <summary>Whether every text that begins with <see cref="Prefix"/> fits, or, without a %, that text alone.</summary>
    public bool IsPrefixAlone => (_first.Length == 0 || _first.Length == 1 && _first[0].Skip == 0) && _between.Length == 0 && (_last is null
        || _last.Length == 0);

    public bool HasAnyRun => _last is not null;

    public bool Matches(ReadOnlySpan<char> text)
    {
        int at = MatchAt(text, 0, _first);
        if (_last is null)
            return at == text.Length;
        for (int i = 0; i < _between.Length && at >= 0; i++)
            at = Find(text, at, _between[i]);
        if (at < 0)
            return false;
        int last = BeforeEnd(text, _lastLength);
        return last >= at && MatchAt(text, last, _last) == text.Length;
    }

    /// <summary>Where the first place that the steps fit ends, or −1.</summary>
    private static int Find(ReadOnlySpan<char> text, int at, ReadOnlySpan<Step> steps)
    {
        at = Skip(text, at, steps[0].Skip);
        while (at >= 0)
        {
            int found = text[at..].IndexOf(steps[0].Literal);
            if (found < 0)
                return -1;
            at += found;
            int end = MatchAt(text, at + steps[0].Literal.Length, steps[1..]);
            if (end >= 0)
                return end;
            at++;   // into a surrogate pair, perhaps, but the literal begins with no half of one
        }
        return -1;
    }

    /// <summary>Where the steps end when they begin at <paramref name="at"/>, or −1 when they do not fit.</summary>
    private static int MatchAt(ReadOnlySpan<char> text, int at, ReadOnlySpan<Step> steps)
    {
        foreach (Step step in steps)
        {
            at = Skip(text, at, step.Skip);
            if (at < 0 || !text[at..].StartsWith(step.Literal))
                return -1;
            at += step.Literal.Length;
        }
        return at;
    }

    /// <summary>The place so many code points on, or −1 when the text ends before. Half a surrogate pair alone counts as one.</summary>
    private static int Skip(ReadOnlySpan<char> text, int at, int codePoints)
    {
        for (; codePoints > 0; codePoints--)
        {
            if (at >= text.Length)
                return -1;
            at += at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
        }
        return at;
    }

    /// <summary>The place so many code points before the end, or −1 when there are fewer.</summary>
    private static int BeforeEnd(ReadOnlySpan<char> text, int codePoints)
    {
        int at = text.Length;
        for (; codePoints > 0; codePoints--)
        {
            if (at == 0)
                return -1;
            at -= at > 1 && char.IsSurrogatePair(text[at - 2], text[at - 1]) ? 2 : 1;
        }
        return at;
    }

    /// <param name="Skip">Code points of any kind, before the literal.</param>
    private readonly record struct Step(int Skip, string Literal);
}
