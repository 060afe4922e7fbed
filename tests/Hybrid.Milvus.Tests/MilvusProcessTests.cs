using System.Net.Sockets;
using Hybrid.Milvus.Client;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests;

/// <summary>A server that a test has for itself.</summary>
public sealed class MilvusProcessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_private_server_is_killed_and_started_again_where_it_was_with_what_it_acknowledged()
    {
        await using MilvusProcess server = await MilvusServer.StartPrivateAsync();
        using var client = new MilvusClient(new MilvusClientOptions { Endpoint = server.Endpoint, Timeout = TimeSpan.FromMinutes(1) });
        await ToyCollection.CreateAsync(client);
        await ToyCollection.UpsertAsync(client, ("train", 0), ("puzzle", 90));

        await server.KillAsync(Token);
        Assert.False(await AcceptsAsync(server));
        await server.StartAgainAsync(Token);
        await client.LoadAsync(ToyCollection.Name, cancellationToken: Token);
        Assert.Equal(["puzzle", "train"], await ToyCollection.NearestAsync(client, 60, count: 10));

        await server.StopAsync(Token);
        Assert.False(await AcceptsAsync(server));
    }

    private static async Task<bool> AcceptsAsync(MilvusProcess server)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(server.Endpoint.Host, server.Port, Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
