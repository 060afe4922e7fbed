using Microsoft.ML.Tokenizers;

namespace Hybrid.Encoding;

/// <summary>How a <see cref="TextEncoder"/> uses the machine, and what it does otherwise than the model's files say.</summary>
public sealed record TextEncoderOptions
{
    /// <summary>Threads that encode: so many batches at a time, or all of them one text that comes alone; vectors differ by rounding at most.</summary>
    /// <value>0 … 1 024. Default 0: as many as the process may use processors.</value>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Threads));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1_024, nameof(Threads));
            field = value;
        }
    }

    /// <summary>How many floats of a vector are kept, the first ones, brought to length 1 again: for models that were trained so (Matryoshka).</summary>
    /// <value>0 … the model's. Default 0: all. Part of the vectors' space.</value>
    public int Dimension
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Dimension));
            field = value;
        }
    }

    /// <summary>Cuts texts into tokens in place of the model's own tokenizer; null: that one does.</summary>
    /// <remarks>Its ids are to be those of the model; the special tokens around a text are added where it does not give them itself. What it makes of some
    /// texts is part of the vectors' space.</remarks>
    public Tokenizer? Tokenizer { get; init; }
}
