using System.Numerics.Tensors;
using Hybrid.Behavior;
using Hybrid.Vectors;

namespace Hybrid.Encoding.Adapting;

/// <summary>Fits the matrix of an adapter: items that occur together come nearer to each other than to all else.</summary>
/// <remarks>
/// <para>The loss is InfoNCE (van den Oord, Li, Vinyals: arXiv 1807.03748, equation 4): of a pair (a, b) the negative logarithm of the share that exp(cosine of
/// a and b / temperature) has among those of b, of the other items of the batch and of mined ones. Items that are known to occur with a, and a itself, are
/// no negatives.
/// The matrix begins as the identity, steps are Adam's (Kingma, Ba: arXiv 1412.6980), and its distance from the identity decays
/// as weights do in AdamW.</para>
/// <para>Every sum is made in one order: equal input and seed give an equal matrix, to the bit, whatever the number of processors.</para>
/// </remarks>
/// <param name="vectors">[n × d], unit length: the items' texts as the encoder has them.</param>
/// <param name="pairs">What occurs together, by rows of the vectors.</param>
internal sealed class AdapterTraining(float[] vectors, int d, CooccurringItems pairs, AdapterOptions options)
{
    private const int Batch = 256;
    private const float FirstMoment = 0.9f, SecondMoment = 0.999f, Smallest = 1e-8f;

    private readonly MinedNegatives _mined = new(vectors, d, pairs);
    private readonly int[] _rows = new int[3 * Batch];   // of a batch: its items, their others, mined ones
    private readonly bool[] _isMined = new bool[Batch];
    private readonly float[] _texts = new float[3 * Batch * d], _textsTransposed = new float[3 * Batch * d];
    private readonly float[] _units = new float[3 * Batch * d], _slopes = new float[3 * Batch * d], _lengths = new float[3 * Batch];
    private readonly float[] _candidatesTransposed = new float[2 * Batch * d];
    private readonly float[] _scores = new float[Batch * 2 * Batch], _scoresTransposed = new float[Batch * 2 * Batch];
    private readonly double[] _losses = new double[Batch];
    private readonly float[] _slope = new float[d * d], _first = new float[d * d], _second = new float[d * d], _step = new float[d * d];
    private readonly float[] _matrix = Identity(d);
    private SplitMix64 _random = new((ulong)options.Seed);
    private int _steps;

    /// <param name="judge">How good a matrix is on held-out sessions: higher is better.</param>
    /// <exception cref="OperationCanceledException">Cancelled between batches.</exception>
    public FittedAdapter Run(Func<float[], double> judge, IProgress<AdapterProgress>? progress, CancellationToken cancellationToken)
    {
        double best = judge(_matrix), current = best, loss = double.NaN;
        float[] bestMatrix = [.. _matrix];
        int bestPass = 0, pass = 0, batches = Math.Max(1, options.PairsAPass / Batch);
        progress?.Report(new(0, options.Passes, 0, loss, current, best));
        while (pass < options.Passes && pass - bestPass < options.Patience)
        {
            double sum = 0;
            for (int batch = 0; batch < batches; batch++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                sum += Step();
                progress?.Report(new(pass, options.Passes, (pass + (batch + 1.0) / batches) / options.Passes, loss, current, best));
            }
            pass++;
            loss = sum / batches;
            if (!double.IsFinite(loss))
                throw new AdapterException("training", "the loss is no number any more. Lower the learning rate, or raise the temperature.");
            current = judge(_matrix);
            if (current > best)
            {
                (best, bestPass) = (current, pass);
                _matrix.CopyTo(bestMatrix, 0);
            }
            progress?.Report(new(pass, options.Passes, (double)pass / options.Passes, loss, current, best));
        }
        return new FittedAdapter(bestMatrix, bestPass, pass);
    }

    /// <returns>The mean loss before the step.</returns>
    private double Step()
    {
        DrawBatch();
        for (int row = 0; row < _rows.Length; row++)
            vectors.AsSpan(_rows[row] * d, d).CopyTo(_texts.AsSpan(row * d));
        MatrixProducts.Multiply(_texts, _matrix, _units, d);
        Parallel.For(0, _rows.Length, row =>
        {
            Span<float> unit = _units.AsSpan(row * d, d);
            _lengths[row] = Math.Max(TensorPrimitives.Norm<float>(unit), 1e-12f);
            TensorPrimitives.Divide(unit, _lengths[row], unit);
        });
        ReadOnlyMemory<float> anchors = _units.AsMemory(0, Batch * d), candidates = _units.AsMemory(Batch * d);
        MatrixProducts.Transpose(candidates.Span, _candidatesTransposed, d);
        MatrixProducts.Multiply(anchors, _candidatesTransposed, _scores, d);
        Parallel.For(0, Batch, Contrast);

        MatrixProducts.Multiply(_scores, candidates, _slopes.AsMemory(0, Batch * d), 2 * Batch);
        MatrixProducts.Transpose(_scores, _scoresTransposed, 2 * Batch);
        MatrixProducts.Multiply(_scoresTransposed, anchors, _slopes.AsMemory(Batch * d), Batch);
        Parallel.For(0, _rows.Length, row =>
        {
            // Through the length: only what is across the unit vector changes it.
            Span<float> slope = _slopes.AsSpan(row * d, d);
            ReadOnlySpan<float> unit = _units.AsSpan(row * d, d);
            TensorPrimitives.MultiplyAdd(unit, -TensorPrimitives.Dot(unit, slope), slope, slope);
            TensorPrimitives.Divide(slope, _lengths[row], slope);
        });
        MatrixProducts.Transpose(_texts, _textsTransposed, d);
        MatrixProducts.Multiply(_textsTransposed, _slopes, _slope, _rows.Length);
        Descend();
        return TensorPrimitives.Sum<double>(_losses) / Batch;
    }

    private void DrawBatch()
    {
        for (int i = 0; i < Batch; i++)
            (_rows[i], _rows[Batch + i]) = pairs.Draw(ref _random);
        _mined.Find(_rows.AsSpan(0, Batch));
        for (int i = 0; i < Batch; i++)
        {
            ReadOnlySpan<int> near = _mined.Of(_rows[i]);
            int drawn = _random.Below(Math.Max(1, near.Length));
            _isMined[i] = _random.NextSingle() < options.Mined && near.Length > 0;
            // Where none is mined some item fills the place, at which Contrast does not look.
            _rows[2 * Batch + i] = _isMined[i] ? near[drawn] : _rows[Batch + i];
        }
    }

    /// <summary>Makes the scores of one item the slopes of its loss by each of them.</summary>
    private void Contrast(int i)
    {
        Span<float> scores = _scores.AsSpan(i * 2 * Batch, 2 * Batch);
        int item = _rows[i];
        for (int c = 0; c < scores.Length; c++)
        {
            int other = _rows[Batch + c];
            bool isNegative = c < Batch || _isMined[c - Batch];
            scores[c] = c == i || (isNegative && other != item && other != _rows[Batch + i] && !pairs.Has(item, other))
                ? scores[c] / (float)options.Temperature : float.NegativeInfinity;
        }
        float own = scores[i], highest = TensorPrimitives.Max<float>(scores);
        TensorPrimitives.Subtract(scores, highest, scores);
        TensorPrimitives.Exp(scores, scores);
        float sum = TensorPrimitives.Sum<float>(scores);
        _losses[i] = highest + Math.Log(sum) - own;
        TensorPrimitives.Multiply(scores, 1 / (sum * (float)options.Temperature * Batch), scores);
        scores[i] -= 1 / ((float)options.Temperature * Batch);
    }

    private void Descend()
    {
        _steps++;
        float rate = (float)options.Rate, back = Math.Min(1, (float)(options.Rate * options.Decay));
        TensorPrimitives.Multiply(_first, FirstMoment, _first);
        TensorPrimitives.MultiplyAdd(_slope, 1 - FirstMoment, _first, _first);
        TensorPrimitives.Multiply<float>(_slope, _slope, _step);
        TensorPrimitives.Multiply(_second, SecondMoment, _second);
        TensorPrimitives.MultiplyAdd(_step, 1 - SecondMoment, _second, _second);

        TensorPrimitives.Divide(_second, 1 - MathF.Pow(SecondMoment, _steps), _step);
        TensorPrimitives.Sqrt<float>(_step, _step);
        TensorPrimitives.Add(_step, Smallest, _step);
        TensorPrimitives.Divide<float>(_first, _step, _step);
        TensorPrimitives.Multiply(_matrix, 1 - back, _matrix);
        for (int i = 0; i < d; i++)
            _matrix[i * d + i] += back;
        TensorPrimitives.MultiplyAdd(_step, -rate / (1 - MathF.Pow(FirstMoment, _steps)), _matrix, _matrix);
    }

    private static float[] Identity(int d)
    {
        var identity = new float[d * d];
        for (int i = 0; i < d; i++)
            identity[i * d + i] = 1;
        return identity;
    }
}
