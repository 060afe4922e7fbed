using System.Globalization;

namespace Hybrid.Behavior;

/// <summary>How Item2Vec learns: the knobs of word2vec with their usual names. The defaults are the seeds', the rest gensim's.</summary>
public sealed record Item2VecOptions
{
    private const double DefaultSample = 1e-3;
    private const int WorthThinning = 1_000;

    /// <summary>For playlists and listening sessions: rare songs are told apart from more than popular ones, and popular ones thinned out.</summary>
    /// <remarks>This and the two below are what a search over these knobs found for next-event prediction on such data: Caselles-Dupré, Lesaint, Royo-Letelier,
    /// Word2vec applied to recommendation: hyperparameters matter, RecSys 2018, "fully optimized SGNS"
    /// (github.com/deezer/w2v_reco_hyperparameters_matter). Many epochs take their time.</remarks>
    public static Item2VecOptions Music { get; } = new() { Window = 3, Epochs = 110, Sample = 1e-5, NsExponent = -0.5 };

    /// <summary>For sessions in a shop: noise by popularity.</summary>
    /// <remarks>As <see cref="Music"/>, on sessions of an e-commerce site.</remarks>
    public static Item2VecOptions Shop { get; } = new() { Window = 3, Epochs = 140, Sample = 1e-3, NsExponent = 1 };

    /// <summary>For streams of clicks on the pages of a portal: a wider window, noise of rare pages first.</summary>
    /// <remarks>As <see cref="Music"/>, on the click stream Kosarak.</remarks>
    public static Item2VecOptions Clicks { get; } = new() { Window = 7, Epochs = 150, Sample = 1e-5, NsExponent = -1 };

    /// <summary>Floats per vector: more hold finer differences and need more data; time and file grow linearly.</summary>
    /// <value>1 … 4,096. Default 64.</value>
    public int VectorSize
    {
        get;
        init => field = InRange(value, 1, 4_096, nameof(VectorSize));
    } = 64;

    /// <summary>
    /// The farthest two items of a sequence may stand apart and still be neighbours; each position draws its own reach between 1 and this, so near ones count
    /// more.
    /// </summary>
    /// <value>At least 1. Default 3; for lists whose order means little (playlists, baskets) 20 and more.</value>
    public int Window
    {
        get;
        init => field = InRange(value, 1, int.MaxValue, nameof(Window));
    } = 3;

    /// <summary>Items that occur less often are taken out before training and get no vector.</summary>
    /// <value>At least 1. Default 1: every item gets one; 5 keeps the noise of rare items out.</value>
    public int MinCount
    {
        get;
        init => field = InRange(value, 1, int.MaxValue, nameof(MinCount));
    } = 1;

    /// <summary>Passes over the sequences: time grows linearly.</summary>
    /// <value>At least 1. Default 20.</value>
    public int Epochs
    {
        get;
        init => field = InRange(value, 1, int.MaxValue, nameof(Epochs));
    } = 20;

    /// <summary>Threads. They write the same vectors without locks (Hogwild), so that two runs differ a little.</summary>
    /// <value>1 … 1,024. Default: the processors of this machine. 1: equal sequences and options give bit-equal vectors on the same machine.</value>
    public int Workers
    {
        get;
        init => field = InRange(value, 1, 1_024, nameof(Workers));
    } = Math.Min(Environment.ProcessorCount, 1_024);

    /// <summary>Random items that each pair is told apart from: more help small data; time grows linearly.</summary>
    /// <value>1 … 1,000. Default 5.</value>
    public int Negative
    {
        get;
        init => field = InRange(value, 1, 1_000, nameof(Negative));
    } = 5;

    /// <summary>Negatives are drawn with probability ∝ count^this: 1 by popularity, 0 evenly, below 0 rare items first.</summary>
    /// <value>−4 … 4. Default 0.75.</value>
    public double NsExponent
    {
        get;
        init => field = InRange(value, -4, 4, nameof(NsExponent));
    } = 0.75;

    /// <summary>Thins out items whose share s of all occurrences is above it: an occurrence stays with probability (√(s/Sample) + 1)·Sample/s.</summary>
    /// <value>
    /// 0 … 1; 0: off. Default null: 1e-3, as gensim has it, from 1,000 items on, and off below, where nearly all items are above that share and little data
    /// would be left.
    /// </value>
    public double? Sample
    {
        get;
        init => field = value is { } sample ? InRange(sample, 0, 1, nameof(Sample)) : null;
    }

    /// <summary>The learning rate at the start; it falls linearly to <see cref="MinAlpha"/> at the end.</summary>
    /// <value>1e-6 … 1. Default 0.025.</value>
    public double Alpha
    {
        get;
        init => field = InRange(value, 1e-6, 1, nameof(Alpha));
    } = 0.025;

    /// <summary>The learning rate at the end.</summary>
    /// <value>0 … <see cref="Alpha"/> (checked when training starts). Default 0.0001.</value>
    public double MinAlpha
    {
        get;
        init => field = InRange(value, 0, 1, nameof(MinAlpha));
    } = 0.0001;

    /// <summary>Of every random draw: starting vectors, windows, thinning, negatives.</summary>
    /// <value>Any. Default 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>These options with <see cref="Sample"/> decided for a number of items.</summary>
    internal Item2VecOptions For(int items) => this with { Sample = Sample ?? (items < WorthThinning ? 0 : DefaultSample) };

    // NaN compares below everything, so it is out of every range.
    private static T InRange<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0)
            return value;
        string range = most is int.MaxValue ? $"{least} or more" : string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");
        throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} takes {range}, not {value}."));
    }
}
