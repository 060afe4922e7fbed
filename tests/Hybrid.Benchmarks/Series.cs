using System.Globalization;

namespace Hybrid.Benchmarks;

/// <summary>Times of several rounds.</summary>
internal sealed class Series
{
    private readonly List<double[]> _rounds = [];

    /// <summary>How many times each round has.</summary>
    public IEnumerable<int> Counts => _rounds.Select(times => times.Length);

    public void Add(double[] times)
    {
        Array.Sort(times);
        _rounds.Add(times);
    }

    public double[] At(double share) => [.. _rounds.Select(times => times[Math.Min(times.Length - 1, (int)(share * times.Length))])];

    public static double Median(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>"2.20 (1.95 – 2.21)": the median, the least and the greatest; the value alone where there is one.</summary>
    public static string Spread(IReadOnlyCollection<double> values, string format = "0.00")
    {
        return values.Count == 1 ? Show(values.First()) : $"{Show(Median(values))} ({Show(values.Min())} – {Show(values.Max())})";

        string Show(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
