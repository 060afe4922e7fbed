using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hybrid.Catalog.Files;

/// <summary>The checksum that files of ours end with: XxHash3 of everything before it. It finds damage, not malice.</summary>
internal static class FileChecksum
{
    public const int Length = sizeof(ulong);

    /// <summary>Whether a part of a file ends with its checksum. The file's position is neither used nor moved.</summary>
    public static bool IsRight(SafeFileHandle file, long from, long to)
    {
        var hash = new XxHash3();
        byte[] block = new byte[1 << 20];
        for (long at = from; at < to - Length;)
        {
            int read = RandomAccess.Read(file, block.AsSpan(0, (int)Math.Min(block.Length, to - Length - at)), at);
            if (read == 0)
                return false;   // somebody cuts it meanwhile
            hash.Append(block.AsSpan(0, read));
            at += read;
        }
        Span<byte> stored = stackalloc byte[Length];
        return RandomAccess.Read(file, stored, to - Length) == Length && MemoryMarshal.Read<ulong>(stored) == hash.GetCurrentHashAsUInt64();
    }

    /// <summary>Of all bytes of a part but its last eight, where it leaves the position.</summary>
    public static ulong Of(FileStream file, long from, long to)
    {
        var hash = new XxHash3();
        byte[] block = new byte[1 << 16];
        file.Position = from;
        for (long left = to - from - Length; left > 0;)
        {
            Span<byte> part = block.AsSpan(0, (int)Math.Min(block.Length, left));
            file.ReadExactly(part);
            hash.Append(part);
            left -= part.Length;
        }
        return hash.GetCurrentHashAsUInt64();
    }
}
