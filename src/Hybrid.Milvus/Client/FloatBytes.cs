using System.Buffers;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Hybrid.Milvus.Client;

/// <summary>Floats as the bytes that Milvus sends and takes, little-endian, where they lie.</summary>
internal static class FloatBytes
{
    /// <summary>The caller's memory, not copied until it goes into the message.</summary>
    public static ByteString Wrap(ReadOnlyMemory<float> floats) =>
        UnsafeByteOperations.UnsafeWrap(new Cast<float, byte>(MemoryMarshal.AsMemory(floats)).Memory);

    /// <summary>The message's memory, not copied.</summary>
    public static ReadOnlyMemory<float> Read(ByteString bytes) => new Cast<byte, float>(MemoryMarshal.AsMemory(bytes.Memory)).Memory;

    /// <summary>Memory of one type seen as another; nobody writes through it.</summary>
    private sealed class Cast<TFrom, TTo>(Memory<TFrom> memory) : MemoryManager<TTo>
        where TFrom : struct
        where TTo : struct
    {
        public override Span<TTo> GetSpan() => MemoryMarshal.Cast<TFrom, TTo>(memory.Span);

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("Nothing here pins memory.");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
