using Grpc.Core;
using Grpc.Net.Client;
using Hybrid.Milvus.Client;

namespace Hybrid.Benchmarks;

/// <summary>What nobody can be faster than with this transport: the same bytes sent as they are, the answer's bytes taken and thrown away.</summary>
internal sealed class MilvusFloor : IDisposable
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(
        (byte[] bytes, SerializationContext context) => context.Complete(bytes), context => context.PayloadAsNewBuffer());

    private static readonly Method<byte[], byte[]> Search = MethodOf("Search"), Insert = MethodOf("Insert"), Upsert = MethodOf("Upsert");

    private readonly GrpcChannel _channel;
    private readonly Metadata _headers;
    private readonly CallInvoker _invoker;

    public MilvusFloor(MilvusClientOptions options)
    {
        _channel = Connection.Open(options);
        _headers = Connection.HeadersOf(options);
        _invoker = _channel.CreateCallInvoker();
    }

    public Task<byte[]> SearchAsync(byte[] request) => CallAsync(Search, request);

    public Task<byte[]> WriteAsync(byte[] request, bool isUpsert) => CallAsync(isUpsert ? Upsert : Insert, request);

    public void Dispose() => _channel.Dispose();

    private async Task<byte[]> CallAsync(Method<byte[], byte[]> method, byte[] request)
    {
        var options = new CallOptions(_headers, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(2));
        using AsyncUnaryCall<byte[]> call = _invoker.AsyncUnaryCall(method, null, options, request);
        return await call.ResponseAsync.ConfigureAwait(false);
    }

    private static Method<byte[], byte[]> MethodOf(string name) => new(MethodType.Unary, "milvus.proto.milvus.MilvusService", name, Bytes, Bytes);
}
