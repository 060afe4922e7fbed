using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Hybrid.Tests.Streaming;

/// <summary>Stands before a server and cuts each connection after some bytes, in whichever direction and command they are.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly Random _random;
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly Task _running;
    private int _cuts;

    public CuttingProxy(int server, Random random)
    {
        (_server, _random) = (server, random);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _running = RunAsync();
    }

    public int Port { get; }

    /// <summary>Of one connection, from when it is made on.</summary>
    public int MostBytes { get; set; } = int.MaxValue;

    public int Cuts => Volatile.Read(ref _cuts);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        foreach (TcpClient client in _clients)
            client.Dispose();
        await _running;
    }

    private async Task RunAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                int most = MostBytes == int.MaxValue ? int.MaxValue : MostBytes + _random.Next(MostBytes);
                _clients.Add(client);
                running.Add(PassAsync(client, most));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
        await Task.WhenAll(running);
    }

    private async Task PassAsync(TcpClient client, int most)
    {
        int left = most;
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _server);
                await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
            }
            catch (SocketException)
            {
                // The server is away: so is this one.
            }
        }

        async Task CopyAsync(TcpClient from, TcpClient to)
        {
            byte[] piece = new byte[4_096];
            try
            {
                int read;
                while ((read = await from.GetStream().ReadAsync(piece)) > 0)
                {
                    int rest = Interlocked.Add(ref left, -read);
                    await to.GetStream().WriteAsync(piece.AsMemory(0, rest < 0 ? Math.Max(0, read + rest) : read));
                    if (rest >= 0)
                        continue;
                    Interlocked.Increment(ref _cuts);
                    return;
                }
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // The other direction was cut.
            }
        }
    }
}
