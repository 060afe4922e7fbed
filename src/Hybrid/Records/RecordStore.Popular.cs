using System.Text.Json;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

/// <summary>What is popular: whole, and by what has come since.</summary>
public sealed partial class RecordStore
{
    /// <summary>The items that users touched and do not dislike, those of most users first, ties by id.</summary>
    /// <remarks>However often a user comes, they count once. Cost: three passes over the events, and a look at all events of those who dislike
    /// something.</remarks>
    /// <param name="kinds">What is a dislike; null: <see cref="EventKinds.Default"/>.</param>
    /// <param name="mostEvents">Users with more events are left out; null: by <see cref="BusyUsers"/>; 0: none is.</param>
    public IReadOnlyList<ItemId> ReadPopular(EventKinds? kinds = null, int? mostEvents = null) =>
        new ItemRanking(CountUsers(kinds ?? EventKinds.Default, mostEvents).Users).Items;

    /// <summary>How many users have each item, as <see cref="ReadPopular"/> counts them.</summary>
    internal UserCounts CountUsers(EventKinds kinds, int? mostEvents) => _database.Read(Reading, connection =>
    {
        HashSet<string> busy = [.. ReadBusyUsers(connection, mostEvents, out _).Select(user => user.Id)];
        (string[] likes, string[] dislikes) = KindsByOpinion(connection.Texts("SELECT DISTINCT kind FROM events"), kinds);
        string others = busy.Count == 0 ? "" : "WHERE user NOT IN (SELECT value FROM json_each(@busy))";
        Dictionary<string, long> users = Counts(connection, $"SELECT {EventRows.Item} AS known, count(DISTINCT user) FROM events {others} GROUP BY known",
            ("@busy", JsonSerializer.Serialize(busy)));
        if (dislikes.Length > 0)
        {
            // The last event of the user on the item that says what they think; the index has it in this order. The plus sign keeps SQLite from
            // following that index to all events when it looks for dislikes: that leads all over the table.
            string and = busy.Count == 0 ? "" : "AND user NOT IN (SELECT value FROM json_each(@busy))";
            Dictionary<string, long> disliked = Counts(connection, $"""
                SELECT item, count(*) FROM (
                    SELECT DISTINCT +user AS user, {EventRows.Item} AS item FROM events WHERE kind IN (SELECT value FROM json_each(@dislikes)) {and}) AS pair
                WHERE (SELECT kind FROM events WHERE user = pair.user AND {EventRows.Item} = pair.item AND kind IN (SELECT value FROM json_each(@opinions))
                    ORDER BY time DESC, sequence DESC LIMIT 1) IN (SELECT value FROM json_each(@dislikes))
                GROUP BY item
                """,
                ("@busy", JsonSerializer.Serialize(busy)), ("@dislikes", JsonSerializer.Serialize(dislikes)),
                ("@opinions", JsonSerializer.Serialize<string[]>([.. likes, .. dislikes])));
            foreach ((string item, long count) in disliked)
                users[item] -= count;
        }
        return new UserCounts(users, busy, StateOf(connection));
    });

    /// <summary>By how much the counts of users have changed since they were counted, by item; and how far the log has come with that.</summary>
    /// <remarks>Cost: a look at all events of each user who has done something since, at about .5 µs an event.</remarks>
    /// <param name="counted">Its counts are not read.</param>
    /// <param name="most">So many new events are followed.</param>
    /// <returns>Null where they have to be counted anew: more has come, events have gone, somebody has become too busy to count, or what an event is on
    /// depends on the catalogue.</returns>
    internal (IReadOnlyDictionary<string, long> Changes, LogState State)? ReadUserChanges(UserCounts counted, EventKinds kinds, int? mostEvents, int most) =>
        _database.Read<(IReadOnlyDictionary<string, long>, LogState)?>(Reading, connection =>
        {
            LogState state = StateOf(connection);
            List<LoggedEvent> events = Read(connection, "sequence > @behind ORDER BY sequence LIMIT @most", ("@behind", counted.State.Last),
                ("@most", most + 1L));
            if (events.Count > most || counted.State.Events + events.Count != state.Events || events.Exists(logged => logged.DependsOnCatalog))
                return null;
            long bound = mostEvents is { } given ? BusyUsers.Bound(given, []) : BusyUsers.LeastBound;
            var changes = new Dictionary<string, long>(StringComparer.Ordinal);
            // The order in which the last opinion comes first, as in the whole count.
            using SqliteCommand command = connection.Command(
                $"SELECT {EventRows.Item}, kind, sequence FROM events WHERE user = @user ORDER BY time DESC, sequence DESC", ("@user", null));
            foreach (IGrouping<string, LoggedEvent> user in events.GroupBy(logged => logged.Event.User.Value))
            {
                if (counted.Busy.Contains(user.Key))
                    continue;
                Dictionary<string, UserChange> touched = user.Select(logged => logged.Event.Item.Value).Distinct()
                    .ToDictionary(item => item, _ => default(UserChange), StringComparer.Ordinal);
                command.Set("@user", user.Key);
                using SqliteDataReader reader = command.ExecuteReader();
                long own = 0;
                for (; reader.Read(); own++)
                {
                    string item = reader.TextOrEmpty(0);
                    if (touched.TryGetValue(item, out UserChange change))
                        touched[item] = change.With(kinds.MeaningOf(reader.TextOrEmpty(1)).Opinion, isNew: reader.Number(2) > counted.State.Last);
                }
                if (own > bound)
                    return null;
                foreach ((string item, UserChange change) in touched)
                {
                    if (change.Difference != 0)
                        changes[item] = changes.GetValueOrDefault(item) + change.Difference;
                }
            }
            return (changes, state);
        });

    /// <summary>What a user thought of an item before and thinks of it now, of events that are read from the last to the first.</summary>
    private readonly record struct UserChange(UserChange.Thought Before, UserChange.Thought Now)
    {
        public enum Thought { None, Touched, Liked, Disliked }

        /// <summary>1: the user counts from now on; −1: no longer.</summary>
        public int Difference => Counts(Now) - Counts(Before);

        public UserChange With(Opinion opinion, bool isNew) => new(isNew ? Before : With(Before, opinion), With(Now, opinion));

        private static int Counts(Thought thought) => thought is Thought.Touched or Thought.Liked ? 1 : 0;

        private static Thought With(Thought later, Opinion opinion) => later is Thought.Liked or Thought.Disliked ? later
            : opinion == Opinion.Liked ? Thought.Liked
            : opinion == Opinion.Disliked ? Thought.Disliked
            : Thought.Touched;
    }
}
