using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Behavior;

/// <summary>One pair of Item2Vec against the centre and its negatives: a step of logistic regression for each, all from the same input.</summary>
internal static class PairKernel
{
    /// <summary>Targets that are trained together: the centre and the five negatives that are usual.</summary>
    private const int Group = 6;

    /// <param name="input">[d]: the neighbour's vector, changed.</param>
    /// <param name="outputs">[n × d]: the targets' rows of it are changed.</param>
    /// <param name="targets">Rows of the outputs: the centre's, then its negatives'.</param>
    public static void Train(Span<float> input, Span<float> outputs, ReadOnlySpan<int> targets, SkipGramScratch scratch, float alpha)
    {
        int d = input.Length;
        if (targets.Length == Group)
        {
            // Each part of the input is read before it is written, and not needed again.
            TrainGroup(input, input, outputs, targets, scratch.Labels, scratch.Targets.Counts, alpha);
            return;
        }
        Span<float> updated = scratch.Updated;
        input.CopyTo(updated);
        int k = 0;
        for (; k + Group <= targets.Length; k += Group)
            TrainGroup(input, updated, outputs, targets.Slice(k, Group), scratch.Labels.AsSpan(k, Group), scratch.Targets.Counts.AsSpan(k, Group), alpha);
        for (; k < targets.Length; k++)
        {
            Span<float> output = outputs.Slice(targets[k] * d, d);
            float predicted = 1 / (1 + MathF.Exp(-TensorPrimitives.Dot<float>(input, output)));
            float step = (scratch.Labels[k] - predicted) * alpha * scratch.Targets.Counts[k];
            TensorPrimitives.MultiplyAdd(output, step, updated, updated);
            TensorPrimitives.MultiplyAdd(input, step, output, output);
        }
        updated.CopyTo(input);
    }

    /// <remarks>References in place of spans: with seven rows at once their checks cost more than 10 % (Item2VecBenchmark has the figure).</remarks>
    /// <param name="updated">[d]: what is learned for the input is added here; may be the input itself.</param>
    private static void TrainGroup(ReadOnlySpan<float> input, Span<float> updated, Span<float> outputs, ReadOnlySpan<int> targets, ReadOnlySpan<float> labels,
        ReadOnlySpan<float> counts, float alpha)
    {
        int d = input.Length, vectorized = d - d % Vector256<float>.Count;
        ref float x = ref MemoryMarshal.GetReference(input);
        ref float to = ref MemoryMarshal.GetReference(updated);
        // Slices, so that a row that is not there is refused here and not read.
        ref float t0 = ref MemoryMarshal.GetReference(outputs.Slice(targets[0] * d, d));
        ref float t1 = ref MemoryMarshal.GetReference(outputs.Slice(targets[1] * d, d));
        ref float t2 = ref MemoryMarshal.GetReference(outputs.Slice(targets[2] * d, d));
        ref float t3 = ref MemoryMarshal.GetReference(outputs.Slice(targets[3] * d, d));
        ref float t4 = ref MemoryMarshal.GetReference(outputs.Slice(targets[4] * d, d));
        ref float t5 = ref MemoryMarshal.GetReference(outputs.Slice(targets[5] * d, d));

        Vector256<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default, sum4 = default, sum5 = default;
        for (int i = 0; i < vectorized; i += Vector256<float>.Count)
        {
            var v = Vector256.LoadUnsafe(ref x, (nuint)i);
            sum0 = Vector256.MultiplyAddEstimate(v, Vector256.LoadUnsafe(ref t0, (nuint)i), sum0);
            sum1 = Vector256.MultiplyAddEstimate(v, Vector256.LoadUnsafe(ref t1, (nuint)i), sum1);
            sum2 = Vector256.MultiplyAddEstimate(v, Vector256.LoadUnsafe(ref t2, (nuint)i), sum2);
            sum3 = Vector256.MultiplyAddEstimate(v, Vector256.LoadUnsafe(ref t3, (nuint)i), sum3);
            sum4 = Vector256.MultiplyAddEstimate(v, Vector256.LoadUnsafe(ref t4, (nuint)i), sum4);
            sum5 = Vector256.MultiplyAddEstimate(v, Vector256.LoadUnsafe(ref t5, (nuint)i), sum5);
        }
        Vector256<float> dots = Vector256.Create(Vector256.Sum(sum0), Vector256.Sum(sum1), Vector256.Sum(sum2), Vector256.Sum(sum3), Vector256.Sum(sum4),
            Vector256.Sum(sum5), 0, 0);
        for (int i = vectorized; i < d; i++)   // empty at the usual dimensions
        {
            dots += Unsafe.Add(ref x, i) * Vector256.Create(Unsafe.Add(ref t0, i), Unsafe.Add(ref t1, i), Unsafe.Add(ref t2, i), Unsafe.Add(ref t3, i),
                Unsafe.Add(ref t4, i), Unsafe.Add(ref t5, i), 0, 0);
        }
        Vector256<float> label = Vector256.Create(labels[0], labels[1], labels[2], labels[3], labels[4], labels[5], 0, 0);
        Vector256<float> count = Vector256.Create(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], 0, 0);
        Vector256<float> steps = (label - Vector256<float>.One / (Vector256<float>.One + Vector256.Exp(-dots))) * (alpha * count);

        Vector256<float> s0 = Vector256.Create(steps[0]), s1 = Vector256.Create(steps[1]), s2 = Vector256.Create(steps[2]);
        Vector256<float> s3 = Vector256.Create(steps[3]), s4 = Vector256.Create(steps[4]), s5 = Vector256.Create(steps[5]);
        for (int i = 0; i < vectorized; i += Vector256<float>.Count)
        {
            var v = Vector256.LoadUnsafe(ref x, (nuint)i);
            var e = Vector256.LoadUnsafe(ref to, (nuint)i);
            e = Learn(ref t0, i, v, s0, e);
            e = Learn(ref t1, i, v, s1, e);
            e = Learn(ref t2, i, v, s2, e);
            e = Learn(ref t3, i, v, s3, e);
            e = Learn(ref t4, i, v, s4, e);
            e = Learn(ref t5, i, v, s5, e);
            e.StoreUnsafe(ref to, (nuint)i);
        }
        for (int i = vectorized; i < d; i++)
        {
            float v = Unsafe.Add(ref x, i), e = Unsafe.Add(ref to, i);
            e = Learn(ref Unsafe.Add(ref t0, i), v, steps[0], e);
            e = Learn(ref Unsafe.Add(ref t1, i), v, steps[1], e);
            e = Learn(ref Unsafe.Add(ref t2, i), v, steps[2], e);
            e = Learn(ref Unsafe.Add(ref t3, i), v, steps[3], e);
            e = Learn(ref Unsafe.Add(ref t4, i), v, steps[4], e);
            Unsafe.Add(ref to, i) = Learn(ref Unsafe.Add(ref t5, i), v, steps[5], e);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Learn(ref float row, int i, Vector256<float> input, Vector256<float> step, Vector256<float> gradient)
    {
        var output = Vector256.LoadUnsafe(ref row, (nuint)i);
        Vector256.MultiplyAddEstimate(input, step, output).StoreUnsafe(ref row, (nuint)i);
        return Vector256.MultiplyAddEstimate(output, step, gradient);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Learn(ref float output, float input, float step, float gradient)
    {
        float before = output;
        output = before + step * input;
        return gradient + step * before;
    }
}
