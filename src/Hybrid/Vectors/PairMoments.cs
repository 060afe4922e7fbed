using System.Numerics.Tensors;

namespace Hybrid.Vectors;

/// <summary>Weighted sums over pairs from which maps are fitted: Σw, Σw·x, Σw·y, Σw·xxᵀ, Σw·xyᵀ, in double.</summary>
internal sealed class PairMoments(int sourceDimension, int targetDimension)
{
    private readonly double[] _x = new double[sourceDimension], _y = new double[targetDimension];
    private readonly double[] _xx = new double[sourceDimension * sourceDimension], _xy = new double[sourceDimension * targetDimension];
    private double _weight;

    public int SourceDimension { get; } = sourceDimension;

    public int TargetDimension { get; } = targetDimension;

    public void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y, double weight)
    {
        Span<double> source = stackalloc double[SourceDimension], target = stackalloc double[TargetDimension];
        TensorPrimitives.ConvertTruncating<float, double>(x, source);
        TensorPrimitives.ConvertTruncating<float, double>(y, target);
        _weight += weight;
        TensorPrimitives.MultiplyAdd(source, weight, _x, _x);
        TensorPrimitives.MultiplyAdd(target, weight, _y, _y);
        for (int i = 0; i < source.Length; i++)
        {
            double scale = weight * source[i];
            Span<double> xx = _xx.AsSpan(i * source.Length, source.Length), xy = _xy.AsSpan(i * target.Length, target.Length);
            TensorPrimitives.MultiplyAdd(source, scale, xx, xx);
            TensorPrimitives.MultiplyAdd(target, scale, xy, xy);
        }
    }

    /// <summary>Of these pairs and others together.</summary>
    public static PairMoments Sum(IEnumerable<PairMoments> parts)
    {
        PairMoments? sum = null;
        foreach (PairMoments part in parts)
        {
            sum ??= new PairMoments(part.SourceDimension, part.TargetDimension);
            sum._weight += part._weight;
            foreach ((double[] to, double[] from) in (ReadOnlySpan<(double[], double[])>)[(sum._x, part._x), (sum._y, part._y), (sum._xx, part._xx),
                (sum._xy, part._xy)])
            {
                TensorPrimitives.Add(to, from, to);
            }
        }
        return sum ?? throw new ArgumentException("There are no parts.", nameof(parts));
    }

    /// <summary>The means of both sides; zeros where the fit is not to be centred.</summary>
    public (double[] Source, double[] Target) Means(bool centre)
    {
        var means = (Source: new double[SourceDimension], Target: new double[TargetDimension]);
        if (centre)
        {
            TensorPrimitives.Divide(_x, _weight, means.Source);
            TensorPrimitives.Divide(_y, _weight, means.Target);
        }
        return means;
    }

    /// <summary>Σw·(x − mean)(x − mean)ᵀ, [d × d].</summary>
    public double[] SourceProducts(bool centre) => Centred(_xx, _x, centre);

    /// <summary>Σw·(x − mean)(y − mean)ᵀ, [d of the source × d of the target].</summary>
    public double[] CrossProducts(bool centre) => Centred(_xy, _y, centre);

    private double[] Centred(double[] products, double[] columnSums, bool centre)
    {
        double[] centred = [.. products];
        if (!centre)
            return centred;
        for (int i = 0; i < SourceDimension; i++)
        {
            Span<double> row = centred.AsSpan(i * columnSums.Length, columnSums.Length);
            TensorPrimitives.MultiplyAdd(columnSums, -_x[i] / _weight, row, row);
        }
        return centred;
    }
}
