using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Catalog;

namespace Hybrid.Behavior;

/// <summary>Ordered lists of items (sessions, playlists, baskets) packed for training.</summary>
/// <remarks>
/// <para>Four bytes an occurrence and four a sequence; each id is held once. More than 4 million occurrences are kept in a temporary file without a name,
/// which the system reads when they are looked at, so that a log may be larger than the memory.</para>
/// <para>Threads: immutable.</para>
/// </remarks>
public sealed class ItemSequences
{
    private readonly ItemId[] _items;
    private readonly ReadOnlyMemory<int> _occurrences;
    private readonly int[] _starts;

    private ItemSequences(ItemId[] items, ReadOnlyMemory<int> occurrences, int[] starts, string folder)
    {
        Folder = folder;
        _items = items;
        _occurrences = occurrences;
        _starts = starts;
    }

    /// <summary>The distinct items, in the order in which they first occur.</summary>
    public IReadOnlyList<ItemId> Items => _items;

    /// <summary>Sequences.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>Items in all sequences together, repeats included.</summary>
    public int Occurrences => _occurrences.Length;

    /// <summary>Where what is too large for memory may be kept meanwhile.</summary>
    internal string Folder { get; }

    /// <summary>One sequence, as positions in <see cref="Items"/>.</summary>
    public ReadOnlySpan<int> this[int sequence] => _occurrences.Span[_starts[sequence].._starts[sequence + 1]];

    /// <summary>Packs sessions for training: those of fewer than two items teach nothing and are left out.</summary>
    /// <param name="sessions">Enumerated once, such as those of <see cref="Sessions.Cut"/>.</param>
    /// <inheritdoc cref="From(IEnumerable{IReadOnlyList{ItemId}}, string?)"/>
    public static ItemSequences From(IEnumerable<Session> sessions, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        return From(sessions.Where(session => session.Items.Count >= 2).Select(session => session.Items), folder);
    }

    /// <summary>Packs the lists as they are: no item is dropped or merged.</summary>
    /// <param name="sequences">Enumerated once; at most 2³¹ − 57 items in all.</param>
    /// <param name="folder">Where the temporary file may be made, and others in training; null: where the system has its own.</param>
    /// <exception cref="ArgumentException">A list holds <c>default</c>, which is no item.</exception>
    /// <exception cref="Item2VecException">There is no room in the folder.</exception>
    [OverloadResolutionPriority(1)]   // so that [] is taken for no lists, where it could as well be no sessions
    public static ItemSequences From(IEnumerable<IReadOnlyList<ItemId>> sequences, string? folder = null) =>
        From(sequences, folder ?? Path.GetTempPath(), OccurrenceBuffer.MostInMemory);

    /// <param name="mostInMemory">Occurrences.</param>
    internal static ItemSequences From(IEnumerable<IReadOnlyList<ItemId>> sequences, string folder, int mostInMemory)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        var positions = new Dictionary<ItemId, int>();
        using var occurrences = new OccurrenceBuffer(folder, mostInMemory);
        var starts = new List<int> { 0 };
        foreach (IReadOnlyList<ItemId> sequence in sequences)
        {
            foreach (ItemId item in sequence)
            {
                if (item == default)
                    throw new ArgumentException($"Sequence {starts.Count} holds an item without an id.", nameof(sequences));
                ref int position = ref CollectionsMarshal.GetValueRefOrAddDefault(positions, item, out bool known);
                if (!known)
                    position = positions.Count - 1;
                occurrences.Add([position]);
            }
            starts.Add(occurrences.Count);
        }
        return new ItemSequences([.. positions.Keys], occurrences.ToMemory(), [.. starts], folder);
    }
}
