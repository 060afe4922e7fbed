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

    /// <summary>Texts of any code units, many of them lone surrogates, do not throw, and give no more ids than there is room for.</summary>
    public static void AssertRandomCodeUnits(ITokenizer tokenizer)
    {
        const int Seed = 5;
        var random = new Random(Seed);
        int[] ids = new int[16];
        for (int i = 0; i < 20_000; i++)
        {
            char[] text = new char[random.Next(60)];
            for (int c = 0; c < text.Length; c++)
                text[c] = (char)(random.Next(3) == 0 ? random.Next(0xD800, 0xE000) : random.Next(0x10000));
            Assert.True(tokenizer.Encode(text, ids, out _, out _) is >= 2 and <= 16, $"seed {Seed}, text {i}");
        }
    }

    public IEnumerable<string> Texts() => Read().Skip(1).Select(line => line.GetProperty("text").GetString() ?? "");

    private IEnumerable<JsonElement> Read() =>
        File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests", "Hybrid.Tests", "Encoding", file)).Select(line => JsonElement.Parse(line));
}
