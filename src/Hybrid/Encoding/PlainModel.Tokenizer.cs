namespace Hybrid.Encoding;

internal sealed partial class PlainModel
{
    private static readonly string[] OtherVocabularies = ["sentencepiece.bpe.model", "spiece.model", "tokenizer.model", "vocab.json", "merges.txt"];

    private ModelTokenizer Tokenizer()
    {
        ModelTokenizer tokenizer = File.Exists(PathOf(_base + TokenizerFile)) ? OfTokenizerFile(_base + TokenizerFile)
            : File.Exists(PathOf(_base + VocabularyFile)) ? OfVocabulary(_base + VocabularyFile)
            : throw new ModelException(_folder, $"it has neither {TokenizerFile} nor {VocabularyFile}"
                + $"{(Others() is { Length: > 0 } others ? $", only {others}" : "")}. Save its fast tokenizer, which writes {TokenizerFile}.");
        // sentence-transformers can lower-case a text before the tokenizer sees it.
        if (_sentence?.Truth("do_lower_case", whenMissing: false) == true && !tokenizer.LowerCase)
        {
            throw new ModelException(PathOf(_base + SentenceFile), $"it says do_lower_case, and the tokenizer of {tokenizer.File} keeps case. "
                + "Make both the same.");
        }
        string words = tokenizer.Type != ModelTokenizer.WordPiece ? ""
            : $", {(tokenizer.LowerCase ? "lower-cased" : "with case")}, {(tokenizer.StripAccents ? "without" : "with")} accents";
        Note("tokenizer", tokenizer.Type + words, tokenizer.File);
        return tokenizer;

        string Others() => string.Join(", ", OtherVocabularies.Where(file => File.Exists(PathOf(_base + file))));
    }

    private ModelTokenizer OfTokenizerFile(string file)
    {
        byte[] json = Read(file);
        ModelTokenizer tokenizer = TokenizerFiles.Describe(PathOf(file), file, json);
        // What the settings say beside it counts for the tokenizer's own program, which then works otherwise than the file says.
        if (tokenizer.Type == ModelTokenizer.WordPiece && _settings is { } settings)
        {
            bool lower = settings.Truth("do_lower_case", whenMissing: tokenizer.LowerCase);
            bool strips = settings.Has("strip_accents") ? settings.Truth("strip_accents") : tokenizer.StripAccents;
            if (lower != tokenizer.LowerCase || strips != tokenizer.StripAccents)
            {
                throw new ModelException(PathOf(_base + SettingsFile), $"it says do_lower_case {Word(lower)} and strip_accents {Word(strips)}, {file} says "
                    + $"lowercase {Word(tokenizer.LowerCase)} and strip_accents {Word(tokenizer.StripAccents)}. Make both the same.");
            }
        }
        return tokenizer;
    }

    private ModelTokenizer OfVocabulary(string file)
    {
        Read(file);
        if (_settings is not { } settings || !settings.Has("do_lower_case"))
        {
            throw new ModelException(PathOf(_base + SettingsFile), $"nothing says whether {file} is of a model that lower-cases. Write "
                + "{\"do_lower_case\": true} or false into it, or add " + $"{TokenizerFile}.");
        }
        if (!settings.Truth("tokenize_chinese_chars", whenMissing: true))
            throw new ModelException(PathOf(_base + SettingsFile), $"it says tokenize_chinese_chars false, which needs a {TokenizerFile}. "
                + "Save the fast tokenizer.");
        bool lower = settings.Truth("do_lower_case");
        return new ModelTokenizer(ModelTokenizer.WordPiece, file, lower, settings.Has("strip_accents") ? settings.Truth("strip_accents") : lower);
    }

    private static string Word(bool truth) => truth ? "true" : "false";
}
