using System.IO.Compression;
using System.Runtime.InteropServices;
using Hybrid.Behavior.Words;
using Hybrid.Catalog;

namespace Hybrid.Tests.Behavior.Words;

public sealed class WordVectorFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_of_gensim_are_read_and_written_byte_for_byte()
    {
        string binary = RepositoryFiles.Shared("golden", "gensim", "small.bin"), text = RepositoryFiles.Shared("golden", "gensim", "small.txt.gz");
        WordVectors fromBinary = Load(binary), fromText = Load(text);
        Assert.Equal(fromBinary.Keys, fromText.Keys);
        Assert.Equal(fromBinary.Vectors.ToArray(), fromText.Vectors.ToArray());

        fromText.Save(_folder.File("ours.bin"), WordVectorFormat.Word2VecBinary, Token);
        fromBinary.Save(_folder.File("ours.txt"), WordVectorFormat.Word2VecText, Token);
        Assert.Equal(File.ReadAllBytes(binary), File.ReadAllBytes(_folder.File("ours.bin")));
        using var unpacked = new GZipStream(File.OpenRead(text), CompressionMode.Decompress);
        using var whole = new MemoryStream();
        unpacked.CopyTo(whole);
        Assert.Equal(whole.ToArray(), File.ReadAllBytes(_folder.File("ours.txt")));
    }

    [Theory]
    [InlineData(WordVectorFormat.Word2VecText, "v.txt")]
    [InlineData(WordVectorFormat.Word2VecText, "v.txt.gz")]
    [InlineData(WordVectorFormat.Word2VecBinary, "v.bin")]
    [InlineData(WordVectorFormat.Word2VecBinary, "v.bin.gz")]
    [InlineData(WordVectorFormat.GloVe, "v")]
    public void What_is_written_is_read_again_bit_for_bit_and_nothing_is_left_beside_it(WordVectorFormat format, string name)
    {
        var random = new Random(3);
        float[] numbers = [.. Enumerable.Range(0, 300 * 7).Select(_ => (float)(Math.Pow(10, random.Next(-15, 15)) * (random.NextDouble() - 0.5)))];
        (numbers[0], numbers[1], numbers[2]) = (0, -0f, 1);
        var vectors = new WordVectors([.. Enumerable.Range(0, 299).Select(i => $"w{i}"), "耳机😀"], numbers, 7);

        vectors.Save(_folder.File(name), format, Token);

        WordVectors read = Load(_folder.File(name));
        Assert.Equal(vectors.Keys, read.Keys);
        Assert.Equal(MemoryMarshal.AsBytes<float>(numbers), MemoryMarshal.AsBytes(read.Vectors.Span));
        Assert.Equal([name], _folder.Names);
        Assert.Equal(vectors.Keys.Take(5), Load(_folder.File(name), new WordVectorReading { Limit = 5 }).Keys);
        Assert.Equal(300, Load(_folder.File(name), new WordVectorReading { Format = format, Limit = 1_000 }).Keys.Count);
    }

    [Fact]
    public void Spaces_at_a_lines_end_and_in_GloVes_keys_and_word2vecs_line_ends_are_read()
    {
        Assert.Equal(["a", "b"], Load(Text("2 2\r\na 1 2 \r\nb 3\t4\r\n\r\n")).Keys);
        Assert.Equal(["the", ". . .", "at name@domain.com"], Load(Text("the 1 2\n. . . 3 4\nat name@domain.com 5 6\n")).Keys);
        WordVectors ended = Load(Bytes("2 1\na \0\0\u0080?\nb \0\0\0@\n"));   // 1 and 2, each with a line feed, as word2vec.c ends rows
        Assert.Equal(["a", "b"], ended.Keys);
        Assert.Equal([1f, 2f], ended.Vectors.ToArray());
    }

    [Theory]
    [InlineData("2 2\na 1 2\nb 3\n", ":3: 'b' has 1 numbers where 2 are expected: its first line says so")]
    [InlineData("a 1 2\nb 3\n", ":2: 'b' has 1 numbers where 2 are expected: the first row has so many")]
    [InlineData("a 1 2\nb 3 4 5\n", ":2: 'b' has 3 numbers where 2 are expected: the first row has so many")]
    [InlineData("2 2\na 1 2\nb 3 nan\n", ":3: number 2 of 'b' is 'nan', where a finite number is expected")]
    [InlineData("a 1 2\nb 3 1e99\n", ":2: number 2 of 'b' is '1e99', where a finite number is expected")]
    [InlineData("a 1 2\nb 3 x\n", ":2: number 2 of 'b' is 'x', where a finite number is expected")]
    [InlineData("3 1\na 1\nb 2\n", ":1: it says that it has 3 rows, and it ends after 2; copy it again, or mend the number")]
    [InlineData("1 1\na 1\nb 2\n", ":3: its first line says that it has 1 rows, and here is one more")]
    [InlineData("3 1\na 1\nb 2\na 3\n", ":4: 'a' stands in line 2 already; each key is expected once: keep one of the two")]
    [InlineData("a 1\nb 2\na 3\n", ":3: 'a' stands in line 1 already; each key is expected once: keep one of the two")]
    [InlineData("a 1\n\nb 2\n", ":2: the line is empty; \"key number … number\" is expected")]
    [InlineData("a 1\n 2\n", ":2: there is no key before the numbers; \"key number … number\" is expected")]
    [InlineData("a\n", ":1: 'a' is not a row of vectors; \"key number … number\" is expected")]
    [InlineData("0 5\n", ":1: it says that it has 0 rows; at least one is expected")]
    [InlineData("5 0\na\n", ":1: it says that its vectors have 0 numbers; 1 to 65,536 are expected")]
    [InlineData("99999999999 300\na 1\n", ":1: it says that it has 99,999,999,999 rows of 300 numbers, more than one block of memory holds; "
        + "read fewer rows (limit)")]
    [InlineData("", ": it is empty; lines \"key number … number\" are expected")]
    public void A_broken_text_is_refused_with_its_line_and_what_was_expected(string text, string reason)
    {
        string file = Text(text);
        Assert.Equal(file + reason, Assert.Throws<DataFileException>(() => Load(file)).Message);
    }

    [Theory]
    [InlineData("2 1\na \0\0\u0080?b \0\0", ": it ends within row 2, 'b': 2 of the 4 bytes of its 1 numbers are there; its first line says that it has 2 rows")]
    [InlineData("2 1\na \0\0\u0080?", ": it ends within the key of row 2; its first line says that it has 2 rows")]
    [InlineData("1 1\na \0\0\u0080?b \0\0\0\0", ": its first line says that it has 1 rows of 1 numbers, and it goes on behind them")]
    [InlineData("1 1\na \0\0\u00C0\u007F", ": row 1: number 1 of 'a' is 'NaN', where a finite number is expected")]
    [InlineData("2 1\na \0\0\0\0a \0\0\0\0", ": row 2: 'a' stands in row 1 already; each key is expected once: keep one of the two")]
    [InlineData("1 1\n\u00FF \0\0\0\0", ": row 1: the key '\uFFFD' is not UTF-8; is a row before it too short or too long?")]
    public void A_broken_binary_file_is_refused_with_its_row_and_what_was_expected(string bytes, string reason)
    {
        string file = Bytes(bytes);
        Assert.Equal(file + reason, Assert.Throws<DataFileException>(() => Load(file)).Message);
    }

    [Fact]
    public void What_is_no_text_and_no_vectors_is_refused()
    {
        string file = Bytes("a 1\nb\u00FF 2\n");
        Assert.StartsWith($"{file}:2:2: the byte 0xFF is not UTF-8", Assert.Throws<DataFileException>(() => Load(file)).Message, StringComparison.Ordinal);
        string zip = Bytes("PK\u0003\u0004 and so on");
        Assert.Equal($"{zip}: it is a zip archive; unpack it and give a file in it", Assert.Throws<DataFileException>(() => Load(zip)).Message);
        string glove = Text("the 1 2\n");
        Assert.Equal($"{glove}:1: it begins with 'the 1 2', and a word2vec file begins with a line \"rows dimension\", as \"3000000 300\"; is it GloVe?",
            Assert.Throws<DataFileException>(() => Load(glove, new WordVectorReading { Format = WordVectorFormat.Word2VecText })).Message);
        Assert.Throws<DataFileException>(() => Load(_folder.File("missing")));
        string cut = _folder.File("cut.gz");
        new WordVectors(Enumerable.Range(0, 5_000).Select(i => $"w{i}"), new float[5_000], 1).Save(cut, WordVectorFormat.GloVe, Token);
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..^500]);
        Assert.Contains("cut short", Assert.Throws<DataFileException>(() => Load(cut)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_a_file_cannot_hold_is_refused_before_anything_is_written()
    {
        var vectors = new WordVectors(["a b"], new float[1], 1);
        var thrown = Assert.Throws<ArgumentException>(() => vectors.Save(_folder.File("v"), WordVectorFormat.Word2VecText, Token));
        Assert.Contains("'a b' has a space", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => vectors.Save(_folder.File("v"), WordVectorFormat.Auto, Token));
        Assert.Empty(_folder.Names);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static WordVectors Load(string path, WordVectorReading? reading = null) => WordVectors.Load(path, reading, cancellationToken: Token);

    private string Text(string text)
    {
        File.WriteAllText(_folder.File("vectors"), text);
        return _folder.File("vectors");
    }

    /// <summary>A file whose bytes are these characters.</summary>
    private string Bytes(string bytes)
    {
        File.WriteAllBytes(_folder.File("vectors"), System.Text.Encoding.Latin1.GetBytes(bytes));
        return _folder.File("vectors");
    }
}
