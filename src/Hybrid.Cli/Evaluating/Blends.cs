using Hybrid.Evaluation;
using Hybrid.Recommending.Sources;
using Hybrid.Vectors;

namespace Hybrid.Cli.Evaluating;

/// <summary>Blends of text and old vectors, judged on a split: each answers by what is near to the history.</summary>
internal sealed class Blends(Split split, ItemTexts texts, LegacyRows legacy, VectorSourceOptions options, JudgeOptions judging)
{
    private static readonly VectorSpace Text = new("text", "", 0, VectorSpaceKind.Text), Legacy = new("legacy", "", 0, VectorSpaceKind.Behavior);

    private readonly float[] _textMean = AlphaBlend.MeanOf(texts.Vectors.Span, texts.Dimension);
    private readonly float[] _legacyMean = AlphaBlend.MeanOf(legacy.Vectors, legacy.Dimension);

    public int Users => split.Queries.Count;

    public int Items => split.Train.Items.Count;

    public int WithLegacy => legacy.Count;

    public Judgement Judge(BlendForm form, double alpha, CancellationToken cancellationToken)
    {
        var blend = new AlphaBlend(
            Text with { Dimension = texts.Dimension }, _textMean, Legacy with { Dimension = legacy.Dimension }, _legacyMean, alpha, form);
        float[] vectors = blend.BlendAll(texts.Vectors, legacy.Vectors, cancellationToken);
        VectorSource source = VectorSource.OfTexts(split.Train, vectors, blend.Space.Dimension, options);
        var answers = new IReadOnlyList<string>[split.Queries.Count];
        Parallel.For(0, answers.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
            answers[i] = [.. source.Score(split.Queries[i].Question, Evaluation.Judge.Cut).Select(found => found.Item.Value)]);
        return Evaluation.Judge.Of(split, split.Queries.Zip(answers).ToDictionary(pair => pair.First.User, pair => pair.Second), judging);
    }

    /// <summary>How far one is ahead of another by NDCG@10, query by query; null where both are one.</summary>
    public MetricValue? Ahead(Judgement one, Judgement other) => ReferenceEquals(one, other) ? null
        : Bootstrap.Difference(one.ByQuery, other.ByQuery, judging)["NDCG@10"];
}
