using System.Diagnostics;
using System.Runtime.InteropServices;
using Hybrid.Catalog;

namespace Hybrid.Behavior;

/// <summary>Learns a vector an item from the company it keeps: word2vec with items for words and sessions for sentences.</summary>
/// <remarks>Barkan, Koenigstein: Item2Vec: neural item embedding for collaborative filtering, 2016.</remarks>
public static partial class Item2Vec
{
    // A worker takes this many occurrences at a time; a longer sequence is cut there, which loses a window of pairs in 10,000.
    private const int BatchLength = 10_000;

    /// <summary>The vectors of all items that occur at least <see cref="Item2VecOptions.MinCount"/> times.</summary>
    /// <remarks>
    /// <para>With one worker (or fewer than 10,000 occurrences, which are one worker's batch) equal input and options give bit-equal vectors on the same
    /// machine.</para>
    /// <para>Cost: about occurrences × epochs × (window + 1) pairs of (negative + 1)·d·6 operations; 2·4·n·d bytes beside the sequences.</para>
    /// </remarks>
    /// <param name="progress">Called after every batch, one call at a time, from the threads that train.</param>
    /// <param name="cancellationToken">Checked before every batch; nothing remains of a cancelled training.</param>
    /// <exception cref="ArgumentException">MinAlpha is above Alpha.</exception>
    /// <exception cref="NothingToLearnException">
    /// No sequence has two items, none is left after MinCount, or Sample thinned all of them out in every epoch.
    /// </exception>
    /// <exception cref="Item2VecException">The vectors would not fit in one array, or they became infinite.</exception>
    public static Item2VecModel Train(
        ItemSequences sequences, Item2VecOptions? options = null, IProgress<Item2VecProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        options ??= new Item2VecOptions();
        ThrowIfRising(options);
        cancellationToken.ThrowIfCancellationRequested();

        (ItemId[] items, long[] counts, int[] ranks) = Count(sequences, options.MinCount);
        options = options.For(items.Length);
        (ReadOnlyMemory<int> occurrences, int[] starts) = Pack(sequences, ranks);
        if (starts.Length == 1)
            throw new NothingToLearnException(WhatIsMissing(sequences, items.Length, options));
        ThrowIfTooLarge(items.Length, options);

        var skipGram = new SkipGram(options, counts);
        long pairs = TrainEpochs(skipGram, items, occurrences, starts, options, progress, cancellationToken);
        ThrowIfThinnedOut(pairs, options);
        return new Item2VecModel(options, items, counts, skipGram.Inputs, pairs, state: new TrainingState(skipGram.Outputs, LastEvent: 0));
    }

    private static void ThrowIfRising(Item2VecOptions options)
    {
        if (options.MinAlpha > options.Alpha)
        {
            throw new ArgumentException(
                $"MinAlpha {options.MinAlpha} is above Alpha {options.Alpha}: the learning rate falls from Alpha to MinAlpha.", nameof(options));
        }
    }

    private static void ThrowIfTooLarge(int items, Item2VecOptions options)
    {
        if ((long)items * options.VectorSize > Array.MaxLength)
            throw Failed($"{items:N0} items × {options.VectorSize} floats are more than one array holds. Lower VectorSize or raise MinCount.");
    }

    private static void ThrowIfThinnedOut(long pairs, Item2VecOptions options)
    {
        if (pairs == 0)
        {
            throw new NothingToLearnException(
                $"Sample {options.Sample} left no session two items in any of {options.Epochs:N0} epochs. Set Sample to 0, or import more events.");
        }
    }

    /// <summary>
    /// The items to learn by count, descending, ties by id; and the rank of each of <see cref="ItemSequences.Items"/> among them, −1 when it is too rare.
    /// </summary>
    private static (ItemId[] Items, long[] Counts, int[] Ranks) Count(ItemSequences sequences, int minCount)
    {
        var counts = new long[sequences.Items.Count];
        for (int s = 0; s < sequences.Count; s++)
        {
            foreach (int item in sequences[s])
                counts[item]++;
        }
        int[] kept = [.. Enumerable.Range(0, counts.Length).Where(item => counts[item] >= minCount)];
        kept.AsSpan().Sort((left, right) =>
            counts[left] != counts[right] ? counts[right].CompareTo(counts[left]) : sequences.Items[left].CompareTo(sequences.Items[right]));
        var ranks = new int[counts.Length];
        Array.Fill(ranks, -1);
        for (int rank = 0; rank < kept.Length; rank++)
            ranks[kept[rank]] = rank;
        return ([.. kept.Select(item => sequences.Items[item])], [.. kept.Select(item => counts[item])], ranks);
    }

    /// <summary>The sequences in ranks, without the items that are too rare, none longer than a batch or of fewer than two different items.</summary>
    private static (ReadOnlyMemory<int> Occurrences, int[] Starts) Pack(ItemSequences sequences, int[] ranks)
    {
        using var occurrences = new OccurrenceBuffer(sequences.Folder);
        var starts = new List<int> { 0 };
        var packed = new List<int>(BatchLength);
        for (int s = 0; s < sequences.Count; s++)
        {
            foreach (int item in sequences[s])
            {
                if (ranks[item] < 0)
                    continue;
                if (packed.Count == BatchLength)
                    Add();
                packed.Add(ranks[item]);
            }
            Add();
        }
        return (occurrences.ToMemory(), [.. starts]);

        void Add()
        {
            ReadOnlySpan<int> those = CollectionsMarshal.AsSpan(packed);
            if (!those.IsEmpty && those.ContainsAnyExcept(those[0]))
            {
                occurrences.Add(those);
                starts.Add(occurrences.Count);
            }
            packed.Clear();
        }
    }

    private static long TrainEpochs(
        SkipGram skipGram, ItemId[] items, ReadOnlyMemory<int> occurrences, int[] starts, Item2VecOptions options, IProgress<Item2VecProgress>? progress,
        CancellationToken cancellationToken)
    {
        Range[] batches = [.. Batches(starts)];
        int workers = Math.Min(options.Workers, batches.Length);
        NoiseDistribution[] noise = skipGram.Noise(workers);
        long began = Stopwatch.GetTimestamp();
        double total = (double)occurrences.Length * options.Epochs;
        var gate = new Lock();
        long pairs = 0, done = 0;

        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            int next = -1;
            if (workers == 1)
                Work(epoch, worker: 0);
            else
            {
                var side = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
                Parallel.For(0, workers, side, worker => Work(epoch, worker));
            }
            if (skipGram.FindDiverged() is var diverged and >= 0)
                throw Failed($"the vector of '{items[diverged]}' became NaN or infinite in epoch {epoch + 1}. Lower Alpha, now {options.Alpha}.");

            void Work(int epoch, int worker)
            {
                SkipGramScratch scratch = skipGram.Scratch(BatchLength, noise[0]);
                for (int b, turn = worker; (b = Interlocked.Increment(ref next)) < batches.Length; turn++)
                {
                    scratch.Noise = noise[turn % noise.Length];
                    cancellationToken.ThrowIfCancellationRequested();
                    // A stream of draws and a learning rate that depend on the batch alone, not on who trains it when.
                    var random = new SplitMix64(new SplitMix64(((ulong)(uint)options.Seed << 32) ^ ((ulong)epoch * (ulong)batches.Length + (ulong)b)).Next());
                    long batchPairs = 0;
                    (int first, int end) = (batches[b].Start.Value, batches[b].End.Value);
                    for (int s = first; s < end; s++)
                    {
                        double past = ((double)occurrences.Length * epoch + starts[s]) / total;
                        float alpha = (float)(options.Alpha + (options.MinAlpha - options.Alpha) * past);
                        batchPairs += skipGram.Train(occurrences.Span[starts[s]..starts[s + 1]], alpha, ref random, scratch);
                    }
                    lock (gate)
                    {
                        pairs += batchPairs;
                        done += starts[end] - starts[first];
                        progress?.Report(new Item2VecProgress(epoch + 1, options.Epochs, done / total, pairs, Stopwatch.GetElapsedTime(began)));
                    }
                }
            }
        }
        return pairs;
    }

    /// <summary>Runs of whole sequences with at least <see cref="BatchLength"/> occurrences, the last one with what is left.</summary>
    private static IEnumerable<Range> Batches(int[] starts)
    {
        int first = 0;
        for (int s = 1; s < starts.Length; s++)
        {
            if (starts[s] - starts[first] >= BatchLength || s == starts.Length - 1)
            {
                yield return first..s;
                first = s;
            }
        }
    }

    private static string WhatIsMissing(ItemSequences sequences, int kept, Item2VecOptions options) =>
        sequences.Count == 0 ? "there are no sessions of two or more items. Import more events, or allow a longer SessionOptions.Gap."
        : kept == 0 ? $"none of the {sequences.Items.Count:N0} items occurs {options.MinCount} times. Lower MinCount or import more events."
        : $"none of the {sequences.Count:N0} sessions has two items that occur {options.MinCount} times or more. Lower MinCount or import more events.";

    private static Item2VecException Failed(string reason) => new("item2vec", "training", reason);
}
