using System.Buffers;
using System.Text.Json;

namespace Hybrid.Encoding;

/// <summary>Text → token ids, equal to those of the reference Unigram tokenizer of XLM-RoBERTa and its kin (Hugging Face's tokenizers).</summary>
/// <remarks>
/// <para>&lt;s&gt; tokens… &lt;/s&gt;, cut at a limit. Of the ways to cut a text (<see cref="UnigramText"/>) into pieces it is that with the highest sum of
/// scores; of two with the same sum, as floating-point numbers have it, that whose last piece is longer, and so on back from the end. A character that is no
/// piece is unknown, and unknown ones beside each other are one token. "&lt;s&gt;" and the other specials written in the text are those tokens, and the text
/// between two of them is cut by itself.</para>
/// <para>A text counts up to its 65,536th UTF-16 unit, and what stands between two specials up to as many once it is composed, as if it ended there: the
/// best way to cut a text may depend on its end, so all that counts is cut before the limit is applied. A lone surrogate counts as U+FFFD.</para>
/// <para>Cost: what counts, times the longest piece (of 16 characters in our model); memory does not grow with what does not count.</para>
/// <para>Threads: every member may be called concurrently.</para>
/// </remarks>
internal sealed class UnigramTokenizer : EncoderTokenizer
{
    /// <summary>UTF-16 units of a text that count.</summary>
    public const int MostCharacters = 1 << 16;

    /// <summary>What an unknown character scores below the worst piece: K_UNK_PENALTY of the reference.</summary>
    private const double UnknownPenalty = 10;

    private static readonly JsonElement Only = JsonElement.Parse("""
        {
          "normalizer": {"type":"Sequence","normalizers":[
            {"type":"NFKC"},{"type":"Replace","pattern":{"Regex":"[\\s\\p{C}]+"},"content":" "},{"type":"Strip","strip_left":true,"strip_right":true}]},
          "pre_tokenizer": {"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":false},
          "single": [{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}]
        }
        """);

    private readonly UnigramPieces _pieces;
    private readonly UnigramCutting _cutting;
    private readonly AddedTokens _specials;
    private readonly Lazy<string[]> _texts;
    private readonly int _unknown, _start, _end;
    private readonly double _unknownScore;

    /// <param name="file">Named in errors.</param>
    /// <param name="json">A tokenizer.json.</param>
    /// <exception cref="ModelException">It is damaged, or of a tokenizer that works otherwise.</exception>
    public UnigramTokenizer(string file, ReadOnlyMemory<byte> json)
    {
        try
        {
            ManifestFields fields = new(file, "", JsonElement.Parse(json.Span));
            ManifestFields model = fields.Object("model");
            model.OneOf("type", "Unigram");
            if (model.Truth("byte_fallback", whenMissing: false))
                throw model.Bad("byte_fallback", "is true, and this version makes no bytes of unknown characters");
            _cutting = CuttingOf(fields);
            ManifestFields around = fields.Object("post_processor");
            string[]? ends = around.Has("cls") && around.Has("sep") ? null : around.TemplateEnds("single", Only.GetProperty("single"));
            _pieces = new UnigramPieces(model);
            _unknown = model.Integer("unk_id", 0, _pieces.Count - 1);
            _texts = new(_pieces.Texts);
            _specials = new AddedTokens(file, fields, mayBeNormalized: false, _pieces.Count - 1);
            (_start, _end) = ends is null ? (PairId("cls"), PairId("sep")) : (PieceOf(ends[0]), PieceOf(ends[1]));
            _unknownScore = _pieces.LeastScore - UnknownPenalty;

            int PieceOf(string special) => _pieces.Find(special) is >= 0 and int id ? id : throw model.Bad("vocab", $"has no piece {special}");

            int PairId(string field)
            {
                int id = around.PairId(field);
                return id < _pieces.Count ? id : throw around.Bad(field, $"has the id {id}, which no piece has");
            }
        }
        // InvalidOperationException is what a string with an escaped lone surrogate gives when it is asked for.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelException(file, $"the tokenizer's file is not JSON: {e.Message} Copy the model folder again.", e);
        }
    }

    /// <inheritdoc/>
    public override int Encode(ReadOnlySpan<char> text, Span<int> ids, out int unknown, out bool isCut)
    {
        Tokens tokens = new(ids[1..^1]);
        ReadOnlySpan<char> rest = text[..Math.Min(text.Length, MostCharacters)];
        tokens.IsCut = !text[rest.Length..].IsWhiteSpace();
        char[] characters = ArrayPool<char>.Shared.Rent(MostCharacters);
        try
        {
            while (rest.Length > 0)
            {
                int special = _specials.Find(rest, out int length, out int end);
                int count = _cutting.Write(rest[..length], characters, out bool isLonger);
                tokens.IsCut |= isLonger;
                for (ReadOnlySpan<char> words = characters.AsSpan(0, count); words.Length > 0;)
                {
                    int word = _cutting.NextLength(words);
                    AddBest(words[..word], ref tokens);
                    words = words[word..];
                }
                if (special >= 0)
                    tokens.Add(special);
                rest = rest[end..];
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
        isCut = tokens.IsCut;
        ids[0] = _start;
        ids[tokens.Count + 1] = _end;
        unknown = ids[1..(tokens.Count + 1)].Count(_unknown);
        return tokens.Count + 2;
    }

    /// <inheritdoc/>
    protected override string PieceOf(int id) => (uint)id < (uint)_texts.Value.Length ? _texts.Value[id] : throw NoSuchId(id);

    /// <inheritdoc/>
    protected override bool IsAround(int id) => id == _start || id == _end;

    /// <inheritdoc/>
    protected override string TextOf(IEnumerable<string> pieces) => string.Concat(pieces).Replace('▁', ' ').TrimStart(' ');

    /// <summary>How the file normalizes and cuts a text: as our own model, or as one of SentencePiece with its map.</summary>
    private static UnigramCutting CuttingOf(ManifestFields fields)
    {
        if (fields.Is("normalizer", Only.GetProperty("normalizer")))
        {
            fields.Require("pre_tokenizer", Only.GetProperty("pre_tokenizer"));
            return new UnigramCutting(null, TrimsEnd: false, Spaces: null, SplitsSpaces: false, SplitsWords: false);
        }
        SentencePieceCharacters? characters = null;
        bool trimsEnd = false, isOther = !fields.Has("normalizer");
        char? spaces = null;
        foreach (ManifestFields step in isOther ? [] : StepsOf(fields, "normalizer", "normalizers"))
        {
            string type = step.Text("type");
            if (type == "Precompiled" && characters is null)
                characters = new SentencePieceCharacters(step);
            else if (type == "Strip" && spaces is null && !step.Truth("strip_left") && step.Truth("strip_right"))
                trimsEnd = true;
            else if (type == "Replace" && step.Has("pattern") && step.Object("pattern") is var pattern && pattern.Has("Regex")
                && pattern.Text("Regex") == " {2,}"
                && step.Text("content") is " " or "▁")
                spaces = step.Text("content")[0];
            else
                isOther = true;
        }
        if (isOther || characters is null)
        {
            fields.Require("normalizer", Only.GetProperty("normalizer"));
            throw fields.Bad("normalizer", "is another one than this version has");
        }
        bool splitsSpaces = false, splitsWords = false, hasWords = false;
        foreach (ManifestFields step in fields.Has("pre_tokenizer") ? StepsOf(fields, "pre_tokenizer", "pretokenizers") : [])
        {
            string type = step.Text("type");
            if (type == "WhitespaceSplit" && !hasWords)
            {
                splitsSpaces = true;
            }
            else if (type == "Metaspace" && !hasWords && step.Text("replacement") == "▁"
                && (step.Has("prepend_scheme") ? step.Text("prepend_scheme") == "always" : step.Truth("add_prefix_space", whenMissing: true)))
            {
                hasWords = true;
                splitsWords = step.Truth("split", whenMissing: true);
            }
            else
            {
                hasWords = false;
                break;
            }
        }
        if (!hasWords || (splitsSpaces && !splitsWords))
        {
            fields.Require("pre_tokenizer", Only.GetProperty("pre_tokenizer"));
            throw fields.Bad("pre_tokenizer", "is another one than this version has");
        }
        return new UnigramCutting(characters, trimsEnd, spaces, splitsSpaces, splitsWords);
    }

    private static IEnumerable<ManifestFields> StepsOf(ManifestFields fields, string field, string parts) =>
        fields.Object(field) is var one && one.Has(parts) ? one.ObjectsOf(parts) : [one];

    /// <summary>Adds the tokens of the best way to cut a text: Viterbi's, over the ends of pieces.</summary>
    private void AddBest(ReadOnlySpan<char> text, ref Tokens tokens)
    {
        End[] ends = ArrayPool<End>.Shared.Rent(text.Length + 1);
        try
        {
            ends.AsSpan(0, text.Length + 1).Fill(new End(0, -1, -1));
            for (int i = 0, width; i < text.Length; i += width)
            {
                width = char.IsHighSurrogate(text[i]) ? 2 : 1;
                bool isPiece = false;
                int node = UnigramPieces.Root;
                for (int end = i; end < text.Length && _pieces.TryStep(ref node, text[end]);)
                {
                    end++;
                    if (_pieces.IdAt(node) is >= 0 and int id)
                    {
                        ends[end].Offer(ends[i].Score + _pieces.ScoreOf(id), i, id);
                        isPiece |= end == i + width;
                    }
                }
                if (!isPiece)
                    ends[i + width].Offer(ends[i].Score + _unknownScore, i, _unknown);
            }
            // The way leads back from its end, and is turned round.
            int next = -1;
            for (int end = text.Length; end > 0;)
                (ends[end].Link, next, end) = (next, end, ends[end].Link);
            bool wasUnknown = false;
            for (int end = next; end >= 0; end = ends[end].Link)
            {
                bool isUnknown = ends[end].Id == _unknown;
                if (!(isUnknown && wasUnknown))
                    tokens.Add(ends[end].Id);
                wasUnknown = isUnknown;
            }
        }
        finally
        {
            ArrayPool<End>.Shared.Return(ends);
        }
    }

    /// <summary>The best way to a place in the text.</summary>
    /// <param name="Link">Where its last piece begins; on the way that is turned round, where the next piece ends.</param>
    /// <param name="Id">Its last piece; −1 before there is one.</param>
    private record struct End(double Score, int Link, int Id)
    {
        /// <summary>Takes a way that is better, not one that is as good.</summary>
        public void Offer(double score, int start, int id)
        {
            if (Id < 0 || score > Score)
                this = new End(score, start, id);
        }
    }

    private ref struct Tokens(Span<int> ids)
    {
        private readonly Span<int> _ids = ids;

        public int Count { get; private set; }

        public bool IsCut { get; set; }

        public void Add(int id)
        {
            if (Count < _ids.Length)
                _ids[Count++] = id;
            else
                IsCut = true;
        }
    }
}
