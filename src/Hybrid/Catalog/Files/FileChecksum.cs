using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hybrid.Catalog.Files;

/// <summary>The checksum that files of ours end with: XxHash3 of everything before it. It finds damage, not malice.</summary>
internal static class FileChecksum
{
    public const int Length = sizeof(ulong);

    /// <summary>Whether a file of so many bytes ends with its checksum. Its position is neither used nor moved.</summary>
    public static bool IsRight(SafeFileHandle file, long length)
    {
        var hash = new XxHash3();
        byte[] block = new byte[1 << 20];
        for (long at = 0; at < length - Length;)
        {
            int read = RandomAccess.Read(file, block.AsSpan(0, (int)Math.Min(block.Length, length - Length - at)), at);
            if (read == 0)
                return false;   // somebody cuts it meanwhile
            hash.Append(block.AsSpan(0, read));
            at += read;
        }
        Span<byte> stored = stackalloc byte[Length];
        return RandomAccess.Read(file, stored, length - Length) == Length && MemoryMarshal.Read<ulong>(stored) == hash.GetCurrentHashAsUInt64();
    }

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
