namespace Hybrid.Encoding.Adapting;

/// <summary>How a <see cref="TextAdapter"/> is fitted to what occurs together.</summary>
public sealed record AdapterOptions
{
    /// <summary>How far apart in a session two items may be to count as occurring together.</summary>
    /// <value>1 … 1,000. Default 10.</value>
    public int Window { get; init => field = Within(value, 1, 1_000, nameof(Window)); } = 10;

    /// <summary>Passes, at most; each looks at <see cref="PairsAPass"/> pairs, and is judged on sessions that were held out.</summary>
    /// <value>1 … 10,000. Default 60.</value>
    public int Passes { get; init => field = Within(value, 1, 10_000, nameof(Passes)); } = 60;

    /// <summary>Passes without a gain on the held-out sessions after which training stops.</summary>
    /// <value>1 … 1,000. Default 4.</value>
    public int Patience { get; init => field = Within(value, 1, 1_000, nameof(Patience)); } = 4;

    /// <summary>Pairs that a pass draws, by how often they occur.</summary>
    /// <value>256 … 100,000,000. Default 20,480.</value>
    public int PairsAPass { get; init => field = Within(value, 256, 100_000_000, nameof(PairsAPass)); } = 20_480;

    /// <summary>How sharp the contrast is: cosines are divided by it.</summary>
    /// <value>Above 0 … 1. Default 0.05.</value>
    public double Temperature { get; init => field = Within(value, 0.001, 1, nameof(Temperature)); } = 0.05;

    /// <summary>The learning rate (of Adam).</summary>
    /// <value>Above 0 … 1. Default 0.001.</value>
    public double Rate { get; init => field = Within(value, 1e-7, 1, nameof(Rate)); } = 0.001;

    /// <summary>What part of its way back to the identity the matrix goes with each step, times the learning rate.</summary>
    /// <value>0 … 1,000. Default 1.</value>
    public double Decay { get; init => field = Within(value, 0, 1_000, nameof(Decay)); } = 1;

    /// <summary>The part of the negatives that are mined: items near in text that never occur together with the item; the others are those of the same
    /// batch.</summary>
    /// <value>0 … 1: so many for each pair. Default 0.25.</value>
    public double Mined { get; init => field = Within(value, 0, 1, nameof(Mined)); } = 0.25;

    /// <summary>How much the weight of a pair is divided by the frequency of both: 0 counts what occurs, 1 makes rare pairs as heavy as common ones.</summary>
    /// <value>0 … 1. Default 0: with 0.5 and 1 mined negative a pair, films gained nothing, where this gained most.</value>
    public double Flatness { get; init => field = Within(value, 0, 1, nameof(Flatness)); }

    /// <summary>Of every draw: which sessions are held out, which pairs are looked at.</summary>
    public int Seed { get; init; } = 1;

    private static int Within(int value, int least, int most, string name) => value >= least && value <= most ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} takes {least} to {most}, not {value}.");

    private static double Within(double value, double least, double most, string name) => value >= least && value <= most ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} takes {least} to {most}, not {value}.");
}
