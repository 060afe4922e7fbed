using System.IO.Hashing;

namespace Hybrid.Catalog.Files;

/// <summary>The checksum that files of ours end with: XxHash3 of everything before it. It finds damage, not malice.</summary>
internal static class FileChecksum
{
    public const int Length = sizeof(ulong);

    /// <summary>Of all bytes but the last eight, where it leaves the position.</summary>
    /// <param name="length">Of the file, with those eight.</param>
    public static ulong Of(FileStream file, long length)
    {
        var hash = new XxHash3();
        byte[] block = new byte[1 << 16];
        file.Position = 0;
        for (long left = length - Length; left > 0;)
        {
            Span<byte> part = block.AsSpan(0, (int)Math.Min(block.Length, left));
            file.ReadExactly(part);
            hash.Append(part);
            left -= part.Length;
        }
        return hash.GetCurrentHashAsUInt64();
    }
}
