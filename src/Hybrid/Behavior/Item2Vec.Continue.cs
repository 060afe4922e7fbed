using Hybrid.Catalog;

namespace Hybrid.Behavior;

public static partial class Item2Vec
{
    /// <summary>Learns from new sequences alone, on top of an earlier model: items that it does not have get a vector among those that it has.</summary>
    /// <remarks>
    /// <para>Counts add up, and so do thinning and noise follow all that was ever learned from. Rows are in the order of the summed counts.</para>
    /// <para>The space names the one before and says whether its vectors stay: "item2vec@0123456789abcdef grown" has them to the bit, "… moved" has
    /// not.</para>
    /// <para>What an earlier training learned from events that have been erased since stays, until everything is trained anew.</para>
    /// <para>Cost: as <see cref="Train"/> of the new sequences, a pair about 1.5 times as long.</para>
    /// </remarks>
    /// <param name="earlier">Whose <see cref="Item2VecModel.CanContinue"/> is true.</param>
    /// <param name="options">Of this training; <see cref="Item2VecOptions.VectorSize"/> as the earlier one's. Null: as the earlier one was trained.</param>
    /// <param name="move">How much of each step the vectors of earlier items take: 0 leaves them as they are, to the bit; 1 moves them like new ones.</param>
    /// <returns>The model, and what became of the vectors that it had.</returns>
    /// <exception cref="ArgumentException">The earlier model cannot be continued, has vectors of another length, or MinAlpha is above Alpha.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The share is not within 0 … 1.</exception>
    /// <inheritdoc cref="Train"/>
    public static (Item2VecModel Model, ContinuedReport Report) Continue(Item2VecModel earlier, ItemSequences sequences, Item2VecOptions? options = null,
        double move = 0, IProgress<Item2VecProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        ArgumentNullException.ThrowIfNull(sequences);
        if (!(move is >= 0 and <= 1))   // NaN is not either
            throw new ArgumentOutOfRangeException(nameof(move), move, "It is a share of each step: 0 … 1.");
        options ??= earlier.Options;
        ThrowIfRising(options);
        if (options.VectorSize != earlier.Dimension)
        {
            throw new ArgumentException(
                $"The earlier model has {earlier.Dimension} floats a vector, VectorSize is {options.VectorSize}: they must be the same.", nameof(options));
        }
        TrainingState state = earlier.State ?? throw new ArgumentException(
            "The earlier model was loaded to answer, or is of an earlier Hybrid: load it with toContinue, or train it anew once.", nameof(earlier));
        cancellationToken.ThrowIfCancellationRequested();

        (ItemId[] items, long[] counts, int[] ranks) = Add(earlier, sequences, options.MinCount);
        options = options.For(items.Length);
        (ReadOnlyMemory<int> occurrences, int[] starts) = Pack(sequences, ranks);
        if (starts.Length == 1)
            throw new NothingToLearnException(WhatIsMissing(sequences, ranks.Count(rank => rank >= 0), options));
        ThrowIfTooLarge(items.Length, options);

        int d = options.VectorSize;
        Dictionary<ItemId, int> rows = items.Select((item, row) => (item, row)).ToDictionary(at => at.item, at => at.row);
        var shares = new float[items.Length];
        Array.Fill(shares, 1);
        var skipGram = new SkipGram(options, counts, shares);
        for (int from = 0; from < earlier.Items.Count; from++)
        {
            int to = rows[earlier.Items[from]];
            shares[to] = (float)move;
            earlier.Vectors.Span.Slice(from * d, d).CopyTo(skipGram.Inputs.Span.Slice(to * d, d));
            state.Contexts.Span.Slice(from * d, d).CopyTo(skipGram.Outputs.Span.Slice(to * d, d));
        }
        long pairs = TrainEpochs(skipGram, items, occurrences, starts, options, progress, cancellationToken);
        ThrowIfThinnedOut(pairs, options);
        string lineage = $"{Item2VecModel.OwnLineage}@{earlier.Space.Hash[..16]} {(move == 0 ? "grown" : "moved")}";
        var model = new Item2VecModel(options, items, counts, skipGram.Inputs, pairs, lineage, state: new TrainingState(skipGram.Outputs, LastEvent: 0));
        return (model, model.Since(earlier, cancellationToken));
    }

    /// <summary>The earlier items and the new ones, in the order of their summed counts; and the rank of each of <see cref="ItemSequences.Items"/> among them,
    /// −1 when it is new and too rare.</summary>
    private static (ItemId[] Items, long[] Counts, int[] Ranks) Add(Item2VecModel earlier, ItemSequences sequences, int minCount)
    {
        Dictionary<ItemId, long> sums = earlier.Items.Zip(earlier.Counts).ToDictionary(known => known.First, known => known.Second);
        (ItemId[] items, long[] counts, _) = Count(sequences, minCount: 1);
        for (int i = 0; i < items.Length; i++)
        {
            if (sums.TryGetValue(items[i], out long before))
                sums[items[i]] = before + counts[i];
            else if (counts[i] >= minCount)
                sums.Add(items[i], counts[i]);
        }
        KeyValuePair<ItemId, long>[] ordered = [.. sums.OrderByDescending(known => known.Value).ThenBy(known => known.Key)];
        Dictionary<ItemId, int> ranks = ordered.Select((known, rank) => (known.Key, rank)).ToDictionary(at => at.Key, at => at.rank);
        return ([.. ordered.Select(known => known.Key)], [.. ordered.Select(known => known.Value)],
            [.. sequences.Items.Select(item => ranks.GetValueOrDefault(item, -1))]);
    }
}
