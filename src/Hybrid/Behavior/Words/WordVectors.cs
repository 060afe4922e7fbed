using System.Numerics.Tensors;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Behavior.Words;

/// <summary>Vectors by key (words, or items), and what can be asked of them: neighbours, analogies, the odd one out.</summary>
/// <remarks>
/// <para>Shapes: [n × d], row-major, of any length.</para>
/// <para>Scores: cosine in [−1, 1], higher is closer; equal scores come in ascending order of the keys' UTF-8 bytes. A vector of zeros has cosine 0 with
/// everything.</para>
/// <para>Threads: immutable.</para>
/// </remarks>
public sealed class WordVectors
{
    /// <summary>Spellings that an error names.</summary>
    private const int NamedSpellings = 3;

    private readonly string[] _keys;
    private readonly ReadOnlyMemory<float> _vectors;
    private readonly float[] _inverseNorms;
    private readonly Dictionary<string, int> _rows;
    private readonly KeyOrder _order;

    /// <param name="keys">[n], none empty, none twice; by frequency, if that is known: what asks for the first so many means the most frequent.</param>
    /// <param name="vectors">[n × d], row-major, finite; used as it is, so it must not change any more.</param>
    /// <exception cref="ArgumentException">There are no keys, one is empty or comes twice, the lengths do not agree, or a number is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is below 1.</exception>
    public WordVectors(IEnumerable<string> keys, ReadOnlyMemory<float> vectors, int dimension)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        _keys = [.. keys];
        _vectors = vectors;
        Dimension = dimension;
        if (_keys.Length == 0)
            throw new ArgumentException("There are no keys.", nameof(keys));
        if (vectors.Length != (long)_keys.Length * dimension)
        {
            throw new ArgumentException(
                $"{_keys.Length:N0} keys of dimension {dimension} need {(long)_keys.Length * dimension:N0} floats, not {vectors.Length:N0}.", nameof(vectors));
        }
        _rows = new Dictionary<string, int>(_keys.Length, StringComparer.Ordinal);
        _inverseNorms = new float[_keys.Length];
        _order = new KeyOrder(_keys);
        for (int row = 0; row < _keys.Length; row++)
        {
            if (string.IsNullOrEmpty(_keys[row]))
                throw new ArgumentException($"Key {row + 1:N0} is empty.", nameof(keys));
            if (!_rows.TryAdd(_keys[row], row))
                throw new ArgumentException($"'{PlainText.Brief(_keys[row])}' is key {_rows[_keys[row]] + 1:N0} and key {row + 1:N0}.", nameof(keys));
            float norm = TensorPrimitives.Norm(Row(row));
            if (!float.IsFinite(norm))
                throw new ArgumentException($"The vector of '{PlainText.Brief(_keys[row])}' has length {norm}.", nameof(vectors));
            _inverseNorms[row] = norm > 0 ? 1 / norm : 0;
        }
    }

    /// <summary>Floats per vector.</summary>
    public int Dimension { get; }

    /// <summary>[n], in the order of the file.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>[n × d], row-major, a row for each of <see cref="Keys"/>, as they were read: not of unit length.</summary>
    public ReadOnlyMemory<float> Vectors => _vectors;

    /// <summary>The behaviour vectors of a model, by item id, the most frequent items first; they are shared, not copied.</summary>
    public static WordVectors Of(Item2VecModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new WordVectors(model.Items.Select(item => item.Value), model.Vectors, model.Dimension);
    }

    /// <summary>Reads a file of word2vec (text, binary) or GloVe, also one packed by gzip.</summary>
    /// <remarks>Memory: the vectors, the keys, and while it is read up to as much again as the vectors take.</remarks>
    /// <param name="progress">Rows read, now and then.</param>
    /// <exception cref="DataFileException">
    /// It cannot be read, or is not what it says: too few or too many rows, a row too short, a number that is none or not finite, a key twice, bytes that are
    /// not UTF-8; with file, line (of a binary file: row) and what was expected.
    /// </exception>
    public static WordVectors Load(
        string path, WordVectorReading? reading = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return WordVectorFile.Read(path, reading ?? new WordVectorReading(), progress, cancellationToken);
    }

    /// <summary>Writes a file, packed by gzip if its name ends in .gz, which appears whole or not at all: it is written beside its place and renamed.</summary>
    /// <remarks>Text is what gensim writes, byte for byte: the fewest digits that give the same float32.</remarks>
    /// <param name="format">Not <see cref="WordVectorFormat.Auto"/>.</param>
    /// <exception cref="ArgumentException">A key has a space or a line break in it, which ends a key in these formats; nothing was written.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Save(string path, WordVectorFormat format, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WordVectorFile.Write(this, path, format, cancellationToken);
    }

    public bool Contains(string key) => _rows.ContainsKey(key);

    /// <param name="vector">[d], as it was read; empty when there is none.</param>
    public bool TryGetVector(string key, out ReadOnlyMemory<float> vector)
    {
        bool known = _rows.TryGetValue(key, out int row);
        vector = known ? _vectors.Slice(row * Dimension, Dimension) : default;
        return known;
    }

    /// <summary>The keys that are spelt most nearly like a text, whatever their case, the nearest first; of equally near ones the more frequent.</summary>
    /// <remarks>Cost: one comparison of spellings with every key of about its length.</remarks>
    /// <param name="count">At least 1; fewer return where fewer are near.</param>
    public IReadOnlyList<string> NearestSpellings(string key, int count = NamedSpellings)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return NearestName.Find(key, _keys, count);
    }

    /// <summary>The cosine of two keys.</summary>
    /// <exception cref="UnknownKeyException">One has no vector; the message names the nearest spellings.</exception>
    public float Similarity(string a, string b)
    {
        int first = Require(a), second = Require(b);
        return Math.Clamp(InnerProducts.Score(Row(first), Row(second)) * _inverseNorms[first] * _inverseNorms[second], -1, 1);
    }

    /// <summary>The nearest to a key, best first, without itself.</summary>
    /// <inheritdoc cref="MostSimilar(IReadOnlyCollection{VectorTerm}, IReadOnlyCollection{VectorTerm}, int, int?)"/>
    public IReadOnlyList<SimilarKey> MostSimilar(string key, int count = 10) => MostSimilar([key], [], count);

    /// <summary>What is to <paramref name="c"/> as <paramref name="b"/> is to <paramref name="a"/>: man, king, woman → queen. The nearest to b − a + c,
    /// best first, without the three.</summary>
    /// <inheritdoc cref="MostSimilar(IReadOnlyCollection{VectorTerm}, IReadOnlyCollection{VectorTerm}, int, int?)"/>
    public IReadOnlyList<SimilarKey> Analogy(string a, string b, string c, int count = 10) => MostSimilar([b, c], [a], count);

    /// <summary>The nearest to Σ weight·positive − Σ weight·negative, best first, without the keys that are given: gensim's most_similar.</summary>
    /// <remarks>Exact: cost n·d multiply-adds.</remarks>
    /// <param name="count">At least 1; fewer return when there are fewer.</param>
    /// <param name="first">Only the first so many keys are looked at; null: all.</param>
    /// <exception cref="UnknownKeyException">A key has no vector; the message names the nearest spellings.</exception>
    /// <exception cref="ArgumentException">Nothing is given, a vector has another number of floats or is not finite, or they cancel each other out.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count, or first, is below 1.</exception>
    public IReadOnlyList<SimilarKey> MostSimilar(
        IReadOnlyCollection<VectorTerm> positive, IReadOnlyCollection<VectorTerm> negative, int count = 10, int? first = null)
    {
        ArgumentNullException.ThrowIfNull(positive);
        ArgumentNullException.ThrowIfNull(negative);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(first ?? 1, 1, nameof(first));
        if (positive.Count + negative.Count == 0)
            throw new ArgumentException("Similar to what? Give at least one key or vector.", nameof(positive));

        var query = new float[Dimension];
        var given = new HashSet<int>();
        double lengths = 0;
        foreach (VectorTerm term in positive)
            lengths += Add(term, term.Weight, query, given);
        foreach (VectorTerm term in negative)
            lengths += Add(term, -term.Weight, query, given);
        float norm = TensorPrimitives.Norm<float>(query);
        // What should be zero is a rounding error of some 1e-7 of what was added.
        if (!(norm > 1e-6 * lengths) || !float.IsFinite(norm))
            throw new ArgumentException("What was given cancels out: no direction is left to search in.", nameof(positive));
        return Nearest(query, norm, count, given, Math.Min(first ?? _keys.Length, _keys.Length));
    }

    /// <summary>The key that is least like the others: the one whose vector has the smallest cosine with the mean of all.</summary>
    /// <param name="keys">At least two different ones, each counted once; of equally odd ones the first in the order of keys.</param>
    /// <exception cref="UnknownKeyException">One has no vector; the message names the nearest spellings.</exception>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    public SimilarKey DoesntMatch(IEnumerable<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        int[] rows = [.. keys.Select(Require).Distinct().Order(_order)];
        if (rows.Length < 2)
            throw new ArgumentException("The odd one of what? Give at least two different keys.", nameof(keys));
        var mean = new float[Dimension];
        foreach (int row in rows)
            TensorPrimitives.MultiplyAdd(Row(row), _inverseNorms[row], mean, mean);
        float norm = TensorPrimitives.Norm<float>(mean);
        return rows.Select(row => new SimilarKey(_keys[row], norm > 0 ? Cosine(mean, norm, row) : 0)).MinBy(one => one.Score);
    }

    /// <summary>Asks analogy questions and counts the right answers, as gensim's evaluate_word_analogies does.</summary>
    /// <remarks>An answer is the nearest key to b − a + c other than the question's words; of equally near ones the smaller. Memory: a copy of the
    /// vectors.</remarks>
    /// <param name="progress">Questions asked.</param>
    public AnalogyReport Evaluate(
        IReadOnlyList<AnalogySection> sections, AnalogyOptions? options = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sections);
        return new AnalogyEvaluation(this, options ?? new AnalogyOptions()).Run(sections, progress, cancellationToken);
    }

    /// <summary>Which of two rows' keys comes first.</summary>
    internal int CompareKeys(int a, int b) => _order.Compare(a, b);

    internal ReadOnlySpan<float> Row(int row) => _vectors.Span.Slice(row * Dimension, Dimension);

    /// <summary>1/‖row‖; 0 for a row of zeros.</summary>
    internal float InverseNorm(int row) => _inverseNorms[row];

    private SimilarKey[] Nearest(ReadOnlySpan<float> query, float norm, int count, HashSet<int> exclude, int rows)
    {
        var best = new TopK<int>(Math.Min(count, rows), _order);
        for (int row = 0; row < rows; row++)
        {
            float score = Cosine(query, norm, row);
            if (score >= best.Threshold && !exclude.Contains(row))
                best.Add(score, row);
        }
        return best.ToSortedArray((score, key) => new SimilarKey(_keys[key], score));
    }

    private float Cosine(ReadOnlySpan<float> query, float norm, int row) =>
        Math.Clamp(InnerProducts.Score(query, Row(row)) * _inverseNorms[row] / norm, -1, 1);

    /// <summary>Adds a term to a sum, and says how long what was added is.</summary>
    private double Add(VectorTerm term, double weight, Span<float> sum, HashSet<int> given)
    {
        if (term.Key is { } key)
        {
            int row = Require(key);
            given.Add(row);
            TensorPrimitives.MultiplyAdd(Row(row), (float)(weight * _inverseNorms[row]), sum, sum);
            return Math.Abs(weight);
        }
        if (term.Vector.Length != Dimension)
            throw new ArgumentException($"A vector has {term.Vector.Length} floats, those here have {Dimension}.");
        float length = TensorPrimitives.Norm(term.Vector.Span);
        if (!float.IsFinite(length))
            throw new ArgumentException($"A vector has length {length}: give finite numbers.");
        TensorPrimitives.MultiplyAdd(term.Vector.Span, (float)weight, sum, sum);
        return Math.Abs(weight) * length;
    }

    private int Require(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _rows.TryGetValue(key, out int row) ? row : throw new UnknownKeyException(key, NearestSpellings(key));
    }

    private sealed class KeyOrder(string[] keys) : IComparer<int>
    {
        public int Compare(int a, int b) => Utf8Order.Compare(keys[a], keys[b]);
    }
}
