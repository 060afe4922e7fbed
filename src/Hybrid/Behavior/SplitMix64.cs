namespace Hybrid.Behavior;

/// <summary>A small fast generator: the same seed gives the same draws on every machine and runtime.</summary>
/// <remarks>Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014, figure 16 with the mixing constants of Stafford's variant 13.
/// <see cref="Random"/> with a seed costs several times as much a draw, and training makes one a negative.</remarks>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 … bound − 1, each with probability 1/bound up to 2⁻³².</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>A multiple of 2⁻²⁴ in [0, 1).</summary>
    public float NextSingle() => (Next() >> 40) * (1f / (1 << 24));
}
