using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests;

/// <summary>That classes, which run at the same time, get the same server.</summary>
public abstract class MilvusServerSharingTests(MilvusServer server)
{
    private static readonly Lock Gate = new();
    private static Uri? _first;

    [Fact]
    public async Task All_tests_share_one_server()
    {
        Uri endpoint = await server.EndpointAsync();
        lock (Gate)
            Assert.Equal(_first ??= endpoint, endpoint);
    }

    public sealed class OneClass(MilvusServer server) : MilvusServerSharingTests(server);

    public sealed class AnotherClass(MilvusServer server) : MilvusServerSharingTests(server);
}
