using System.Diagnostics.CodeAnalysis;

namespace Hybrid.Indexing.Embedded;

/// <summary>How many cells a search has to visit to find nearly all of the nearest rows, by how many rows are as near: as measured on the index's own
/// vectors.</summary>
internal sealed class RecallProbes
{
    /// <summary>Measured for the nearest row, the 10 nearest, the 100 nearest and so on.</summary>
    public const int Depths = 5;

    /// <summary>The greatest of them.</summary>
    public const int MostDepth = 10_000;

    private readonly int[] _probes;   // by depth, ascending
    private readonly int _cells;

    private RecallProbes(int[] probes, int cells) => (_probes, _cells) = (probes, cells);

    /// <summary>Cells to visit for so many rows; between two depths in proportion to the logarithm, and beyond the last one all.</summary>
    /// <param name="depth">At least 1.</param>
    public int For(int depth)
    {
        double place = Math.Log10(depth);
        int below = (int)place;
        if (below >= Depths - 1)
            return depth == MostDepth ? _probes[^1] : _cells;
        return (int)Math.Ceiling(_probes[below] + (place - below) * (_probes[below + 1] - _probes[below]));
    }

    public int[] ToArray() => [.. _probes];

    /// <returns>False where these cannot have been measured on so many cells.</returns>
    public static bool TryRead(int[] probes, int cells, [NotNullWhen(true)] out RecallProbes? read)
    {
        bool valid = probes.Length == Depths && probes[0] >= 1 && probes[^1] <= cells && probes.Zip(probes.Skip(1)).All(pair => pair.First <= pair.Second);
        read = valid ? new(probes, cells) : null;
        return valid;
    }

    /// <summary>Where the nearest rows of some queries are. Any number of threads.</summary>
    internal sealed class Measurement(int cells)
    {
        private readonly Lock _lock = new();
        private readonly double[][] _found = [.. Enumerable.Range(0, Depths).Select(_ => new double[cells])];   // by depth, then by the cell's rank
        private int _queries;

        /// <summary>One query's nearest rows, the nearest first: of each the rank of its cell, from 0.</summary>
        /// <param name="ranks">At least 1 and at most <see cref="MostDepth"/>; where there are fewer, deeper ones are taken to be these.</param>
        public void Add(ReadOnlySpan<int> ranks)
        {
            lock (_lock)
            {
                _queries++;
                for (int depth = 0, rows = 1; depth < Depths; depth++, rows *= 10)
                {
                    ReadOnlySpan<int> nearest = ranks[..Math.Min(rows, ranks.Length)];
                    foreach (int rank in nearest)
                        _found[depth][rank] += 1.0 / nearest.Length;
                }
            }
        }

        /// <summary>The fewest cells, in the order of their ranks, that have this share of the nearest rows, on the average of the queries.</summary>
        public RecallProbes ProbesFor(double recall)
        {
            var probes = new int[Depths];
            for (int depth = 0; depth < Depths; depth++)
            {
                double found = 0;
                // More than a rounding short of it; and never fewer than for fewer rows, whatever chance says.
                while (probes[depth] < cells && (found < recall * _queries - 1e-6 || probes[depth] < Math.Max(1, depth == 0 ? 0 : probes[depth - 1])))
                    found += _found[depth][probes[depth]++];
            }
            return new(probes, cells);
        }
    }
}
