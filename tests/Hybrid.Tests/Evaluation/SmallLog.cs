using Hybrid.Behavior;
using Hybrid.Recommending.Sources;

namespace Hybrid.Tests.Evaluation;

/// <summary>Logs that one can read: "A: x y z" is a user with three events, a minute apart; "A: x | y" has a day between.</summary>
internal static class SmallLog
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TrainingLog Of(params string[] users) => TrainingLog.From(EventsOf(users));

    public static IEnumerable<Event> EventsOf(params string[] users)
    {
        DateTimeOffset time = Begin;
        foreach (string user in users)
        {
            string[] words = user.Split(' ', ':');
            foreach (string word in words.Skip(1).Where(word => word.Length > 0))
            {
                time += word == "|" ? TimeSpan.FromDays(1) : TimeSpan.FromMinutes(1);
                if (word != "|")
                    yield return new Event(words[0], word, "view", time);
            }
        }
    }
}
