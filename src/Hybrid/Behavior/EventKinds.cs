using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hybrid.Behavior;

/// <summary>What the kinds of events say: how much a user liked an item, or that they did not.</summary>
/// <remarks>
/// <para>Kinds are compared without case, spaces, hyphens and underscores: add_to_cart, "Add to cart" and addToCart are one. A kind that is not listed weighs
/// 1, as does an event without a kind.</para>
/// <para>An item is disliked when the last of a user's events on it that says so either way is a dislike. A dislike is a kind of <see cref="Dislikes"/>, or a
/// rating below <see cref="MinRating"/>. Only what is more than a look says the contrary: a kind that weighs more than 1, or a rating from
/// <see cref="MinRating"/> on. So who buys again what they once gave back likes it, and who only looks at it again does not.</para>
/// <para>"Last" is by time; equal times in the order of the log, events without a time before all others.</para>
/// </remarks>
public sealed record EventKinds
{
    private static readonly Dictionary<string, double> DefaultWeights = Weighing([
        (1, ["view", "click"]),
        (2, ["like", "favorite", "favourite", "thumbs_up", "wishlist", "add_to_wishlist", "cart", "add_to_cart", "basket", "add_to_basket", "checkout",
            "begin_checkout"]),
        (3, ["purchase", "buy", "bought", "order", "transaction", "sale"]),
    ]);

    private static readonly HashSet<string> DefaultDislikes = new(KindNames.Comparer)
    {
        "dislike", "thumbs_down", "downvote", "return", "returned", "refund", "refunded", "remove_from_cart", "remove_from_basket",
    };

    public static EventKinds Default { get; } = new();

    /// <summary>How much an event of a kind counts in the mean of a history: an item weighs as much as the heaviest kind among its events.</summary>
    /// <value>More than 0, at most 1,000. Default: 1 for view and click; 2 for cart, add_to_cart, basket, add_to_basket, checkout, begin_checkout, wishlist,
    /// add_to_wishlist, like, favorite, thumbs_up; 3 for purchase, buy, bought, order, transaction, sale.</value>
    public IReadOnlyDictionary<string, double> Weights
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            var weights = new Dictionary<string, double>(KindNames.Comparer);
            foreach ((string kind, double weight) in value)
                weights[kind] = IsWeight(weight) ? weight : throw new ArgumentOutOfRangeException(nameof(Weights), weight, Refusal(kind, weight));
            field = weights;
        }
    } = DefaultWeights;

    /// <summary>Kinds by which a user turned an item down, whatever weight they have.</summary>
    /// <value>Default: dislike, thumbs_down, downvote, return, returned, refund, refunded, remove_from_cart, remove_from_basket.</value>
    public IReadOnlyCollection<string> Dislikes
    {
        get => _dislikes;
        init => _dislikes = new(value ?? throw new ArgumentNullException(nameof(Dislikes)), KindNames.Comparer);
    }

    /// <summary>Where kinds are numbers, as in a log of ratings: from this rating on an item is liked and weighs 1, below it is disliked.</summary>
    /// <value>Any finite number. Default null: a number is a kind like any other.</value>
    public double? MinRating
    {
        get;
        init => field = value is not { } rating || double.IsFinite(rating) ? value
            : throw new ArgumentOutOfRangeException(nameof(MinRating), value, $"MinRating takes a finite number, not {rating}.");
    }

    private readonly HashSet<string> _dislikes = DefaultDislikes;

    /// <summary>The default kinds with some of them changed or added: "view=1,cart=2,save=1.5,skip=-", where - makes a kind a dislike.</summary>
    /// <exception cref="FormatException">An entry is not kind=weight, the weight is none, or a kind comes twice.</exception>
    public static EventKinds Parse(string kinds)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        var weights = new Dictionary<string, double>(DefaultWeights, KindNames.Comparer);
        var dislikes = new HashSet<string>(DefaultDislikes, KindNames.Comparer);
        var named = new HashSet<string>(KindNames.Comparer);
        foreach (string entry in kinds.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.Split('=', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } kind, { Length: > 0 } value])
                throw new FormatException($"'{entry}' is not kind=weight: write it like purchase=3, or skip=- for a dislike.");
            if (!named.Add(kind))
                throw new FormatException($"The kind '{kind}' comes twice: give it once.");
            weights.Remove(kind);
            dislikes.Remove(kind);
            if (value == "-")
                dislikes.Add(kind);
            else if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight) && IsWeight(weight))
                weights.Add(kind, weight);
            else
                throw new FormatException(Refusal(kind, value));
        }
        return new EventKinds { Weights = weights, Dislikes = dislikes };
    }

    internal KindMeaning MeaningOf(string kind)
    {
        if (kind.Length == 0)
            return new(1, Opinion.None);
        if (_dislikes.Contains(kind))
            return new(0, Opinion.Disliked);
        if (Weights.TryGetValue(kind, out double weight))
            return new((float)weight, weight > 1 ? Opinion.Liked : Opinion.None);
        if (MinRating is { } least && double.TryParse(kind, NumberStyles.Float, CultureInfo.InvariantCulture, out double rating))
            return rating >= least ? new(1, Opinion.Liked) : new(0, Opinion.Disliked);
        return new(1, Opinion.None);
    }

    private static Dictionary<string, double> Weighing((double Weight, string[] Kinds)[] table) => new(
        table.SelectMany(row => row.Kinds, (row, kind) => KeyValuePair.Create(kind, row.Weight)), KindNames.Comparer);

    private static bool IsWeight(double weight) => weight is > 0 and <= 1_000;

    private static string Refusal(string kind, object weight) => string.Create(CultureInfo.InvariantCulture,
        $"The kind '{kind}' takes a weight above 0 and up to 1000, or - for a dislike, not {weight}.");

    /// <summary>Names of kinds, compared as the record says.</summary>
    private sealed class KindNames : IEqualityComparer<string>
    {
        public static KindNames Comparer { get; } = new();

        public bool Equals(string? x, string? y)
        {
            int i = 0, j = 0;
            while (true)
            {
                char a = Next(x, ref i), b = Next(y, ref j);
                if (a != b)
                    return false;
                if (a == '\0')
                    return true;
            }
        }

        public int GetHashCode([DisallowNull] string obj)
        {
            uint hash = 2_166_136_261;   // FNV-1a
            int i = 0;
            while (Next(obj, ref i) is not '\0' and var c)
                hash = (hash ^ c) * 16_777_619;
            return (int)hash;
        }

        /// <summary>The next character that counts, or NUL at the end.</summary>
        private static char Next(string? text, ref int at)
        {
            while (text is not null && at < text.Length)
            {
                char c = text[at++];
                if (c is not ('_' or '-' or '\0') && !char.IsWhiteSpace(c))
                    return char.ToLowerInvariant(c);
            }
            return '\0';
        }
    }
}
