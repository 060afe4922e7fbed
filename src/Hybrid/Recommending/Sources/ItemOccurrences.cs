namespace Hybrid.Recommending.Sources;

/// <summary>Where each item occurs in a log: the other way round than histories.</summary>
/// <remarks>Eight bytes an event. Threads: immutable.</remarks>
internal sealed class ItemOccurrences
{
    private readonly int[] _starts;
    private readonly Occurrence[] _places;

    public ItemOccurrences(TrainingLog log)
    {
        _starts = new int[log.Items.Count + 1];
        int[] counts = log.CountItems();
        for (int item = 0; item < counts.Length; item++)
            _starts[item + 1] = _starts[item] + counts[item];
        _places = new Occurrence[log.Events];
        int[] next = _starts[..^1];
        for (int user = 0; user < log.Users.Count; user++)
        {
            ReadOnlySpan<int> history = log[user];
            for (int position = 0; position < history.Length; position++)
                _places[next[history[position]]++] = new Occurrence(user, position);
        }
    }

    /// <summary>The users who have an item, ascending, with its place in their histories.</summary>
    public ReadOnlySpan<Occurrence> this[int item] => _places.AsSpan(_starts[item].._starts[item + 1]);

    internal readonly record struct Occurrence(int User, int Position);
}
