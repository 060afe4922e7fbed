using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

/// <summary>A tokenizer beside what its reference said, in a file of this folder: a digest over every code point, then 300 texts with their ids.</summary>
internal sealed class TokenizerReference(ITokenizer tokenizer, int limit, string file)
{
    public int[] Ids(string text)
    {
        int[] ids = new int[limit];
        return ids[..tokenizer.Encode(text, ids, out _, out _)];
    }

    public void AssertTexts()
    {
        JsonElement[] lines = [.. Read().Skip(1)];
        Assert.Equal(300, lines.Length);
        Assert.All(lines, line =>
        {
            int[] expected = [.. line.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())], ids = Ids(line.GetProperty("text").GetString() ?? "");
            Assert.True(expected.AsSpan().SequenceEqual(ids), $"{line.GetRawText()} has the ids {string.Join(',', ids)}");
        });
    }

    public void AssertEveryCodePoint()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<char> text = new char[9];
        Span<int> ids = new int[limit];
        for (int code = 0; code < 0x110000; code++)
        {
            if (!Rune.TryCreate(code, out Rune rune))
                continue;
            int length = 2;
            "ab".CopyTo(text);
            length += rune.EncodeToUtf16(text[length..]);
            "cd ".CopyTo(text[length..]);
            length += 3;
            length += rune.EncodeToUtf16(text[length..]);
            digest.AppendData(MemoryMarshal.AsBytes(ids[..tokenizer.Encode(text[..length], ids, out _, out _)]));
        }
        Assert.Equal(Read().First().GetProperty("every_code_point").GetString(), Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    public IEnumerable<string> Texts() => Read().Skip(1).Select(line => line.GetProperty("text").GetString() ?? "");

    private IEnumerable<JsonElement> Read() =>
        File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests", "Hybrid.Tests", "Encoding", file)).Select(line => JsonElement.Parse(line));
}
