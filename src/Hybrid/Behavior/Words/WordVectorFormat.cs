namespace Hybrid.Behavior.Words;

/// <summary>How a file holds vectors by key.</summary>
public enum WordVectorFormat
{
    /// <summary>To be seen from its first bytes: with a line "rows dimension" a word2vec file, binary where its numbers are not text; without one
    /// GloVe.</summary>
    Auto,

    /// <summary>A line "rows dimension", then "key number … number" a line: word2vec.c with -binary 0, gensim, fastText's .vec.</summary>
    Word2VecText,

    /// <summary>A line "rows dimension", then a key, a space and the numbers as little-endian float32: word2vec.c with -binary 1, gensim.</summary>
    Word2VecBinary,

    /// <summary>The text without the first line: GloVe.</summary>
    GloVe,
}
