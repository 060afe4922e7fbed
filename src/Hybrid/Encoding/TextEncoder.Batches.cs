using System.Buffers;

namespace Hybrid.Encoding;

public sealed partial class TextEncoder
{
    /// <summary>Texts that are tokenized and sorted by length together: bounds memory whatever the number of texts.</summary>
    private const int WindowTexts = 1_024;

    /// <summary>Tokens of a role's prefix that are counted apart from those of a text.</summary>
    private const int MostPrefixTokens = 256;

    /// <summary>Encodes texts in bulk.</summary>
    /// <param name="texts">n of them; none may be null.</param>
    /// <param name="role">What all of them are for.</param>
    /// <param name="vectors">[n × d], overwritten; row i is the vector of text i. After a failure or a cancellation some rows are written.</param>
    /// <returns>How many of the texts are longer than <see cref="ModelManifest.MaxTokens"/>: what comes later in them is not in their vectors.</returns>
    /// <exception cref="ArgumentException"><paramref name="vectors"/> has another length, or a text is null.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; looked at before each text is cut into tokens, and before each node of the network's graph.
    /// </exception>
    /// <exception cref="ModelException">ONNX Runtime failed.</exception>
    /// <exception cref="ObjectDisposedException">The encoder was disposed of before the call.</exception>
    /// <remarks>
    /// Texts are grouped by length, so a call with some hundreds runs faster than many calls with few; more than 1,024 in a call bring
    /// nothing. A text that comes several times is encoded once. Working memory is bounded but for a list of the call's texts; a caller that wants to show
    /// progress gives a slice at a time.
    /// </remarks>
    public int Encode(IReadOnlyList<string> texts, TextRole role, Span<float> vectors, CancellationToken cancellationToken = default)
    {
        Begin();
        try
        {
            return EncodeAs(PrefixOf(role), texts, vectors, cancellationToken);
        }
        finally
        {
            End();
        }
    }

    /// <summary>Encodes between <see cref="Begin"/> and <see cref="End"/>.</summary>
    private int EncodeAs(string prefix, IReadOnlyList<string> texts, Span<float> vectors, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (vectors.Length != (long)texts.Count * Dimension)
        {
            throw new ArgumentException(
                $"{texts.Count} texts of dimension {Dimension} need {(long)texts.Count * Dimension} floats, got {vectors.Length}.", nameof(vectors));
        }
        if (texts.Count != 1)
            return EncodeMany(prefix, texts, vectors, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return EncodeOne(prefix, TextAt(texts, 0), vectors, cancellationToken) ? 1 : 0;
    }

    /// <returns>Whether the text was cut off.</returns>
    private bool EncodeOne(string prefix, string text, Span<float> vector, CancellationToken cancellationToken)
    {
        int[] ids = ArrayPool<int>.Shared.Rent(Manifest.MaxTokens);
        try
        {
            int length = Tokenize(prefix, text, TokensAround(prefix), ids.AsSpan(0, Manifest.MaxTokens), out bool isCut, out bool isMostlyUnknown);
            _runs.Encode(ids.AsSpan(0, length), vector, cancellationToken);
            _adapter?.Apply(vector);
            CountMostlyUnknown(isMostlyUnknown ? 1 : 0);
            return isCut;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(ids);
        }
    }

    private int EncodeMany(string prefix, IReadOnlyList<string> texts, Span<float> vectors, CancellationToken cancellationToken)
    {
        Dictionary<string, int> rows = new(Math.Min(texts.Count, WindowTexts), StringComparer.Ordinal);   // the first row of each text
        HashSet<int> cut = [], unknown = [];   // of these rows
        List<(int Row, int First)> again = [];
        using TextWindow window = new(this, prefix, cancellationToken);
        int cutTexts = 0;
        for (int start = 0; start < texts.Count; start += WindowTexts)
        {
            window.Clear();
            again.Clear();
            for (int row = start; row < Math.Min(start + WindowTexts, texts.Count); row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                string text = TextAt(texts, row);
                if (rows.TryAdd(text, row))
                    window.Add(text, row);
                else
                    again.Add((row, rows[text]));
            }
            window.Encode(vectors, cut, unknown);
            foreach ((int row, int first) in again)
            {
                vectors.Slice(first * Dimension, Dimension).CopyTo(vectors[(row * Dimension)..]);
                cutTexts += cut.Contains(first) ? 1 : 0;
            }
            CountMostlyUnknown(window.MostlyUnknown + again.Count(one => unknown.Contains(one.First)));
        }
        return cutTexts + cut.Count;
    }

    private static string TextAt(IReadOnlyList<string> texts, int row) => texts[row] ?? throw new ArgumentException($"Text {row} is null.", nameof(texts));

    /// <summary>How many tokens of a text are not of its own words.</summary>
    private int TokensAround(string prefix)
    {
        Span<int> ids = stackalloc int[MostPrefixTokens];
        return _tokenizer.Encode(prefix, ids[..Math.Min(Manifest.MaxTokens, MostPrefixTokens)], out _, out _);
    }

    private int Tokenize(string prefix, string text, int around, Span<int> ids, out bool isCut, out bool isMostlyUnknown)
    {
        int length = _tokenizer.Encode(Prefixed(prefix, text), ids, out int unknown, out isCut);
        isMostlyUnknown = unknown > 0 && unknown >= MostlyUnknownShare * (length - around);
        return length;
    }
}
