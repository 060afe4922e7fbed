using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Catalog;
using Hybrid.Recommending.Sources;

namespace Hybrid.Evaluation;

/// <summary>A log divided into what is learned from and what is asked.</summary>
/// <remarks>Candidates are always all items of the log that are not in the history, those without events too (with <see cref="SplitKind.Cold"/> all that are
/// new); nothing is sampled but users, by a rule that is
/// the same on every machine. Threads: immutable.</remarks>
public sealed class Split
{
    private readonly Lazy<string> _hash;

    private Split(
        SplitOptions options, TrainingLog all, TrainingLog train, IReadOnlyList<TestQuery> queries, int eligible, IReadOnlySet<ItemId>? newItems = null)
    {
        NewItems = newItems;
        _hash = new(HashAll);
        Options = options;
        All = all;
        Train = train;
        Queries = queries;
        Eligible = eligible;
    }

    public SplitOptions Options { get; }

    /// <summary>What is learned from.</summary>
    public TrainingLog Train { get; }

    /// <summary>What is asked, in the order of the MD5 by which users are chosen.</summary>
    public IReadOnlyList<TestQuery> Queries { get; }

    /// <summary>How many users could have been asked.</summary>
    public int Eligible { get; }

    /// <summary>The items that are new (<see cref="SplitKind.Cold"/>), which alone are ranked; null with other splits.</summary>
    public IReadOnlySet<ItemId>? NewItems { get; }

    internal TrainingLog All { get; }

    /// <summary>Of all that an answer and its judgement depend on.</summary>
    internal string Hash => _hash.Value;

    /// <summary>Divides a log.</summary>
    /// <exception cref="SplitException">Nobody is left to ask, nothing to learn from, or a split by time has events without one.</exception>
    public static Split Make(TrainingLog log, SplitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        options ??= new SplitOptions();
        if (options.Kind == SplitKind.Cold)
            return MakeCold(log, options);
        // [users]: how many events are learned from, and how many are the history; 0 where the user is not asked.
        int[] kept, histories;
        switch (options.Kind)
        {
            case SplitKind.LeaveLast:
                histories = Each(log, user => log[user].Length >= options.MinEvents ? log[user].Length - 1 : 0);
                kept = Each(log, user => histories[user] > 0 ? histories[user] : log[user].Length);
                break;
            case SplitKind.LeaveBasket:
                histories = Each(log, user => log[user].Length >= options.MinEvents ? Math.Max(0, log.BasketsOf(user).LastIndexOf(true)) : 0);
                kept = Each(log, user => histories[user] > 0 ? histories[user] : log[user].Length);
                break;
            case SplitKind.GlobalTime:
                double moment = MomentOf(log, options.TestShare);
                kept = Each(log, user => CountBefore(log.DaysOf(user), moment));
                histories = Each(log, user => log[user].Length >= options.MinEvents && kept[user] < log[user].Length ? kept[user] : 0);
                break;
            case SplitKind.LaterSessions:
                HashSet<int> late = LateSessions(log, options.TestShare);
                kept = Each(log, user => late.Contains(user) ? 0 : log[user].Length);
                histories = Each(log, user => late.Contains(user) && log[user].Length >= options.MinEvents ? log[user].Length - 1 : 0);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(options), options.Kind, $"There is no split {options.Kind}.");
        }
        int[] eligible = [.. Enumerable.Range(0, log.Users.Count).Where(user => histories[user] > 0)];
        if (eligible.Length == 0)
            throw new SplitException(WhyNobody(log, options));
        TrainingLog train = log.Begin(kept);
        if (train.Events == 0)
            throw new SplitException("The split leaves no event to learn from: hold a smaller share out.");
        List<TestQuery> queries = [.. Chosen(log, eligible, options).Select(user => QueryOf(log, user, histories[user], options.Kind))];
        return new Split(options, log, train, queries, eligible.Length);
    }

    private static Split MakeCold(TrainingLog log, SplitOptions options)
    {
        int[] counts = log.CountItems();
        int[] withEvents = [.. Enumerable.Range(0, counts.Length).Where(item => counts[item] > 0)
            .OrderBy(item => HashOf("cold|" + log.Codes[item].Value), StringComparer.Ordinal)];
        HashSet<int> cold = [.. withEvents.Take((int)Math.Round(withEvents.Length * options.ColdShare))];
        HashSet<ItemId> newItems = [.. cold.Select(item => log.Codes[item])];
        // [users]: where the last new item stands; what is before it is learned from.
        int[] lasts = Each(log, user => log[user].Length >= options.MinEvents ? LastOf(log[user], cold) : -1);
        int[] eligible = [.. Enumerable.Range(0, lasts.Length).Where(user => lasts[user] > 0 && BeforeOf(user).Length > 0)];
        if (eligible.Length == 0)
            throw new SplitException(WhyNobody(log, options));
        int[] kept = Each(log, user => lasts[user] > 0 ? lasts[user] : log[user].Length);
        TrainingLog train = log.Begin(kept).Without(cold);
        if (train.Events == 0)
            throw new SplitException("The split leaves no event to learn from: hold a smaller share out.");
        List<TestQuery> queries = [.. Chosen(log, eligible, options).Select(user =>
        {
            double days = log.DaysOf(user)[lasts[user] - 1];
            return new TestQuery(log.Users[user], ItemsOf(log, BeforeOf(user)), ItemsOf(log, log[user].Slice(lasts[user], 1)), TimeOf(days))
            {
                Among = newItems,
            };
        })];
        return new Split(options, log, train, queries, eligible.Length, newItems);

        int[] BeforeOf(int user) => Array.FindAll(log[user][..lasts[user]].ToArray(), item => !cold.Contains(item));

        static int LastOf(ReadOnlySpan<int> items, HashSet<int> those)
        {
            int last = items.Length - 1;
            while (last >= 0 && !those.Contains(items[last]))
                last--;
            return last;
        }
    }

    /// <summary>The users who are asked, of those who could be.</summary>
    private static IEnumerable<int> Chosen(TrainingLog log, int[] eligible, SplitOptions options) =>
        eligible.OrderBy(user => HashOf("eval|" + log.Users[user].Value), StringComparer.Ordinal).Take(options.Users);

    /// <summary>The training data divided once more, in the same way: what knobs may be chosen on.</summary>
    /// <param name="users">The most users that are asked; null: as many as here.</param>
    /// <param name="share">Of the users, those who are learned from and asked at all: above 0, at most 1.</param>
    /// <param name="seed">Which of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not within its bounds.</exception>
    /// <inheritdoc cref="Make" path="/exception"/>
    public Split Inner(int? users = null, double share = 1, int seed = 1)
    {
        if (!(share is > 0 and <= 1))   // NaN is not either
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share of the users is above 0 and at most 1.");
        SplitOptions inner = Options with { Users = Math.Min(users ?? Options.Users, Options.Users) };
        if (share == 1)
            return Make(Train, inner);
        HashSet<int> sampled = [.. Enumerable.Range(0, Train.Users.Count)
            .OrderBy(user => HashOf(string.Create(CultureInfo.InvariantCulture, $"sample|{seed}|{Train.Users[user]}")), StringComparer.Ordinal)
            .Take((int)Math.Ceiling(Train.Users.Count * share))];
        return Make(Train.Begin(Each(Train, user => sampled.Contains(user) ? Train[user].Length : 0)), inner);
    }

    private static TestQuery QueryOf(TrainingLog log, int user, int history, SplitKind kind)
    {
        ReadOnlySpan<int> items = log[user];
        int end = kind is SplitKind.LeaveBasket or SplitKind.GlobalTime ? items.Length : history + 1;
        double days = log.DaysOf(user)[history - 1];
        return new TestQuery(log.Users[user], ItemsOf(log, items[..history]), ItemsOf(log, items[history..end]),
            TimeOf(days));
    }

    private static DateTimeOffset? TimeOf(double days) => double.IsNaN(days) ? null : DateTimeOffset.UnixEpoch.AddDays(days);

    private static ItemId[] ItemsOf(TrainingLog log, ReadOnlySpan<int> codes) => Array.ConvertAll(codes.ToArray(), code => log.Codes[code]);

    private string HashAll()
    {
        var hash = new XxHash3();
        foreach (ItemId item in Train.Items)
            Add(item.Value);
        for (int user = 0; user < Train.Users.Count; user++)
        {
            Add(Train.Users[user].Value);
            hash.Append(MemoryMarshal.AsBytes(Train[user]));
            hash.Append(MemoryMarshal.AsBytes(Train.DaysOf(user)));
        }
        foreach (TestQuery query in Queries)
            Add($"{query.User}\t{string.Join('\t', query.History)}\t\t{string.Join('\t', query.Targets)}");
        return hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);

        void Add(string text) => hash.Append(System.Text.Encoding.UTF8.GetBytes(text + "\n"));
    }

    private static int[] Each(TrainingLog log, Func<int, int> of) => [.. Enumerable.Range(0, log.Users.Count).Select(of)];

    /// <summary>MD5, because the published splits of such sets are made with it; it keeps no secret here.</summary>
#pragma warning disable CA5351
    private static string HashOf(string text) => Convert.ToHexStringLower(MD5.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    private static HashSet<int> LateSessions(TrainingLog log, double share)
    {
        RequireTimes(log, "later sessions");
        int[] order = [.. Enumerable.Range(0, log.Users.Count).OrderBy(user => log.DaysOf(user)[0]).ThenBy(user => log.Users[user])];
        return [.. order[(order.Length - (int)Math.Round(order.Length * share))..]];
    }

    /// <summary>The first moment that belongs to the test.</summary>
    private static double MomentOf(TrainingLog log, double share)
    {
        RequireTimes(log, "a global time");
        double[] days = [.. Enumerable.Range(0, log.Users.Count).SelectMany(user => log.DaysOf(user).ToArray()).Order()];
        return days[Math.Clamp((int)Math.Round(days.Length * (1 - share)), 0, days.Length - 1)];
    }

    private static void RequireTimes(TrainingLog log, string what)
    {
        for (int user = 0; user < log.Users.Count; user++)
        {
            if (log.DaysOf(user).Contains(double.NaN))
                throw new SplitException($"A split by {what} needs the time of every event, and user '{log.Users[user]}' has one without: use leave-last.");
        }
    }

    private static int CountBefore(ReadOnlySpan<double> days, double moment)
    {
        int count = 0;
        while (count < days.Length && days[count] < moment)
            count++;
        return count;
    }

    private static string WhyNobody(TrainingLog log, SplitOptions options)
    {
        int longest = Enumerable.Range(0, log.Users.Count).Select(user => log[user].Length).DefaultIfEmpty().Max();
        string users = string.Create(CultureInfo.InvariantCulture,
            $"The split leaves nobody to ask: of {log.Users.Count:N0} users none has {options.MinEvents} different items");
        return options.Kind switch
        {
            _ when longest < options.MinEvents => string.Create(CultureInfo.InvariantCulture, $"{users} (the most is {longest}). Ask for fewer."),
            SplitKind.LeaveBasket => users + " in two baskets or more. Give the events session ids or times, or use leave-last.",
            SplitKind.Cold => users + ", one of the new ones behind others. Hold a larger share out.",
            SplitKind.GlobalTime => users + ", some of them on either side of the moment. Hold another share out, or use leave-last.",
            _ => users + " among the latest. Hold a larger share out, or ask for fewer.",
        };
    }
}
