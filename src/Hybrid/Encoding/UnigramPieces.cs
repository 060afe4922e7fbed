using System.Text.Json;

namespace Hybrid.Encoding;

/// <summary>The pieces of a Unigram model with their scores, as a tree of their characters: a node is what pieces begin with.</summary>
internal sealed class UnigramPieces
{
    /// <summary>The node of no characters.</summary>
    public const int Root = 0;

    private readonly Dictionary<long, int> _next = [];   // (node, character) → node
    private readonly List<int> _ids = [-1];              // by node
    private readonly List<double> _scores = [];          // by id

    /// <param name="model">"vocab": a list of [piece, score]; the id of a piece is its place.</param>
    /// <exception cref="ModelException">The vocabulary is empty, or has something else in it.</exception>
    public UnigramPieces(ManifestFields model)
    {
        foreach (JsonElement entry in model.List("vocab"))
        {
            if (entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 2 || entry[0].ValueKind != JsonValueKind.String
                || entry[1].ValueKind != JsonValueKind.Number || !double.IsFinite(entry[1].GetDouble()))
            {
                throw model.Bad("vocab", $"holds no piece with a score at {_scores.Count}");
            }
            Add(entry[0].GetString() ?? "");
            _scores.Add(entry[1].GetDouble());
        }
        if (_scores.Count == 0)
            throw model.Bad("vocab", "is empty");
        LeastScore = _scores.Min();
    }

    public int Count => _scores.Count;

    public double LeastScore { get; }

    /// <summary>The id of a whole piece; −1 when there is no such piece.</summary>
    public int Find(string piece)
    {
        int node = Root;
        foreach (char c in piece)
        {
            if (!TryStep(ref node, c))
                return -1;
        }
        return IdAt(node);
    }

    /// <summary>Goes on to the node that is one character longer.</summary>
    /// <returns>Whether a piece begins so; if not, the node stays.</returns>
    public bool TryStep(ref int node, char c)
    {
        if (!_next.TryGetValue(Key(node, c), out int next))
            return false;
        node = next;
        return true;
    }

    /// <summary>The id of the piece that ends at a node; −1 when none does.</summary>
    public int IdAt(int node) => _ids[node];

    public double ScoreOf(int id) => _scores[id];

    /// <summary>The pieces by id.</summary>
    public string[] Texts()
    {
        string[] texts = new string[Count], byNode = new string[_ids.Count];
        byNode[Root] = "";
        // A node is made after the one that it goes on from.
        foreach ((long key, int node) in _next.OrderBy(step => step.Value))
        {
            byNode[node] = byNode[key >> 16] + (char)key;
            if (_ids[node] >= 0)
                texts[_ids[node]] = byNode[node];
        }
        return texts;
    }

    private void Add(string piece)
    {
        int node = Root;
        foreach (char c in piece)
        {
            if (TryStep(ref node, c))
                continue;
            _next.Add(Key(node, c), _ids.Count);
            node = _ids.Count;
            _ids.Add(-1);
        }
        _ids[node] = _scores.Count;
    }

    private static long Key(int node, char c) => ((long)node << 16) | c;
}
