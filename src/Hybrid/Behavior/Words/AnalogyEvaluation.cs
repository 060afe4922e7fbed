using System.Runtime.InteropServices;

namespace Hybrid.Behavior.Words;

/// <summary>Asks analogy questions, many at once: the answer to (a, b, c) is the key nearest to b − a + c (3CosAdd over unit vectors), other than the
/// three.</summary>
/// <remarks>
/// <para>Mikolov, Yih, Zweig: Linguistic regularities in continuous space word representations, 2013; which words are known, and what is left out, as in
/// gensim's evaluate_word_analogies, but for a question whose five nearest are all spellings of its own words: gensim gives up, here the next one is
/// taken.</para>
/// <para>Of equally near keys the smaller one is the answer. Memory: a copy of the vectors.</para>
/// </remarks>
internal sealed class AnalogyEvaluation
{
    /// <summary>Questions that one thread takes at a time.</summary>
    private const int BatchLength = 64;

    private readonly WordVectors _vectors;
    private readonly AnalogyOptions _options;
    private readonly Dictionary<string, int> _words;
    private readonly int[] _wordOf;
    private readonly VectorPanels _panels;

    public AnalogyEvaluation(WordVectors vectors, AnalogyOptions options)
    {
        _vectors = vectors;
        _options = options;
        int rows = Math.Min(options.First, vectors.Keys.Count);
        _words = new Dictionary<string, int>(rows, StringComparer.Ordinal);
        _wordOf = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            ref int first = ref CollectionsMarshal.GetValueRefOrAddDefault(_words, Form(vectors.Keys[row]), out bool known);
            if (!known)
                first = row;
            _wordOf[row] = first;
        }
        _panels = new VectorPanels(vectors, rows);
    }

    public AnalogyReport Run(IReadOnlyList<AnalogySection> sections, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var asked = new List<(int Section, Rows Rows)>();
        int[] correct = new int[sections.Count], counted = new int[sections.Count], unknown = new int[sections.Count];
        for (int s = 0; s < sections.Count; s++)
        {
            foreach (AnalogyQuestion question in sections[s].Questions)
            {
                if (Find(question) is { } rows)
                    asked.Add((s, rows));
                else
                    unknown[s]++;
            }
        }

        int done = 0;
        int batches = (asked.Count + BatchLength - 1) / BatchLength;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Workers, CancellationToken = cancellationToken };
        Parallel.For(0, batches, parallel, () => new BestRows(_panels, BatchLength), (batch, loop, best) =>
        {
            int begin = batch * BatchLength;
            ReadOnlySpan<(int Section, Rows Rows)> part = CollectionsMarshal.AsSpan(asked)[begin..Math.Min(asked.Count, begin + BatchLength)];
            best.Clear();
            foreach ((_, Rows rows) in part)
                best.Add(rows.A, rows.B, rows.C);
            best.Search(IsGiven, _vectors.CompareKeys);
            for (int i = 0; i < part.Length; i++)
            {
                Interlocked.Increment(ref counted[part[i].Section]);
                if (best[i] >= 0 && _wordOf[best[i]] == part[i].Rows.D)
                    Interlocked.Increment(ref correct[part[i].Section]);
            }
            progress?.Report(Interlocked.Add(ref done, part.Length));
            return best;

            bool IsGiven(int question, int row)
            {
                Rows given = asked[begin + question].Rows;
                int word = _wordOf[row];
                return word == given.A || word == given.B || word == given.C;
            }
        }, _ => { });
        return new AnalogyReport([.. sections.Select((section, s) => new AnalogyScore(section.Name, correct[s],
            counted[s] - correct[s] + (_options.CountUnknown ? unknown[s] : 0), unknown[s]))]);
    }

    private string Form(string word) => _options.IgnoreCase ? word.ToUpperInvariant() : word;

    private Rows? Find(AnalogyQuestion question) =>
        _words.TryGetValue(Form(question.A), out int a) && _words.TryGetValue(Form(question.B), out int b)
        && _words.TryGetValue(Form(question.C), out int c) && _words.TryGetValue(Form(question.D), out int d) ? new Rows(a, b, c, d) : null;

    private readonly record struct Rows(int A, int B, int C, int D);
}
