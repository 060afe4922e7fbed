using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Hybrid.Milvus.Tests.Faults;

/// <summary>What a relay does to the bytes that pass it.</summary>
internal enum Fault
{
    None,

    /// <summary>Takes what comes and says nothing.</summary>
    Silence,

    /// <summary>Closes each connection with RST as soon as it is there.</summary>
    Refuse,

    /// <summary>Passes on some bytes of the next answer, and then resets the connection.</summary>
    CutAnswer,

    /// <summary>Passes on some bytes of the next request, and then resets the connection.</summary>
    CutRequest,

    /// <summary>Holds each piece of an answer back for a while.</summary>
    Delay,

    /// <summary>Passes answers on byte by byte.</summary>
    Trickle,

    /// <summary>Answers as a web server would that has never heard of HTTP/2.</summary>
    Http1,

    /// <summary>Answers with random bytes.</summary>
    Noise,

    /// <summary>Answers with the header of a frame of 16 MB.</summary>
    OversizeFrame,
}

/// <summary>Stands on a port of its own between a client and a server, and does to the connection what networks do.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<TcpClient> _open = [];
    private readonly Uri _server;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly Task _accepting;
    private int _connections;
    private long _resetStreams, _bytesForward;
    private volatile Fault _fault;

    private Relay(Uri server, SslServerAuthenticationOptions? tls)
    {
        (_server, _tls) = (server, tls);
        _listener.Start();
        Endpoint = new Uri($"{(tls is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Endpoint { get; }

    /// <summary>From now on, for connections that are there too.</summary>
    public Fault Fault
    {
        get => _fault;
        set => _fault = value;
    }

    /// <summary>How long <see cref="Fault.Delay"/> holds a piece back.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How much a cut lets through.</summary>
    public int BytesBeforeCut { get; init; } = 20;

    /// <summary>Connections that were made so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Calls that the client has called off, as the server is told: RST_STREAM frames.</summary>
    public long ResetStreams => Interlocked.Read(ref _resetStreams);

    /// <summary>What clients have sent.</summary>
    public long BytesForward => Interlocked.Read(ref _bytesForward);

    public static Relay To(Uri server, SslServerAuthenticationOptions? tls = null) => new(server, tls);

    /// <summary>Resets every connection.</summary>
    public void ResetAll()
    {
        lock (_open)
        {
            foreach (TcpClient client in _open)
                Reset(client);
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        ResetAll();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                Interlocked.Increment(ref _connections);
                lock (_open)
                    _open.Add(client);
                running.Add(ServeAsync(client));
            }
        }
        // The last: stopped between two accepts.
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            if (_fault == Fault.Refuse)
            {
                Reset(client);
                return;
            }
            client.NoDelay = true;
            Stream toClient = client.GetStream();
            if (_tls is not null)
            {
                var encrypted = new SslStream(toClient);
                await encrypted.AuthenticateAsServerAsync(_tls, _end.Token);
                toClient = encrypted;
            }
            await server.ConnectAsync(_server.Host, _server.Port, _end.Token);
            server.NoDelay = true;
            // Whichever side ends first ends both.
            await Task.WhenAny(ForwardAsync(client, toClient, server.GetStream()), BackAsync(client, server.GetStream(), toClient));
        }
        catch (Exception e) when (IsEnd(e))
        {
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task ForwardAsync(TcpClient client, Stream from, Stream to)
    {
        var frames = new FrameCounter(preface: 24);
        byte[] buffer = new byte[1 << 16];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, _end.Token)) > 0)
            {
                Interlocked.Add(ref _bytesForward, read);
                (int calls, int resets) = frames.CountIn(buffer.AsSpan(0, read));
                Interlocked.Add(ref _resetStreams, resets);
                switch (_fault)
                {
                    case Fault.Silence:
                        continue;
                    case Fault.CutRequest when calls > 0:   // not what the connection says between calls
                        _fault = Fault.None;
                        await to.WriteAsync(buffer.AsMemory(0, Math.Min(read, BytesBeforeCut)), _end.Token);
                        Reset(client);
                        return;
                    case Fault.Http1:
                        ReadOnlyMemory<byte> refusal =
                            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: close\r\n\r\nsorry"u8.ToArray();
                        await from.WriteAsync(refusal, _end.Token);
                        return;
                    case Fault.Noise:
                        byte[] noise = new byte[4096];
                        new Random(7).NextBytes(noise);
                        await from.WriteAsync(noise, _end.Token);
                        continue;
                    case Fault.OversizeFrame:
                        await from.WriteAsync(new byte[] { 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1 }, _end.Token);
                        continue;
                    default:
                        await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
                        continue;
                }
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
        }
    }

    private async Task BackAsync(TcpClient client, Stream from, Stream to)
    {
        var frames = new FrameCounter(preface: 0);
        byte[] buffer = new byte[1 << 16];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, _end.Token)) > 0)
            {
                (int answers, _) = frames.CountIn(buffer.AsSpan(0, read));
                switch (_fault)
                {
                    case Fault.Silence or Fault.Http1 or Fault.Noise or Fault.OversizeFrame:
                        continue;
                    case Fault.CutAnswer when answers > 0:
                        _fault = Fault.None;
                        await to.WriteAsync(buffer.AsMemory(0, Math.Min(read, BytesBeforeCut)), _end.Token);
                        Reset(client);
                        return;
                    case Fault.Delay:
                        await Task.Delay(Delay, _end.Token);
                        break;
                    case Fault.Trickle:
                        for (int i = 0; i < read; i++)
                            await to.WriteAsync(buffer.AsMemory(i, 1), _end.Token);
                        continue;
                }
                await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
        }
    }

    private static bool IsEnd(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException
            or System.Security.Authentication.AuthenticationException;

    /// <summary>Without FIN: the other side sees "connection reset by peer".</summary>
    private static void Reset(TcpClient client)
    {
        try
        {
            client.Client?.Close(0);   // null once it is disposed
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Follows the frames of one HTTP/2 connection, in one direction.</summary>
    /// <param name="preface">Bytes before the first frame.</param>
    private sealed class FrameCounter(int preface)
    {
        private const int Header = 9, Headers = 1, ResetStream = 3;   // RFC 9113, section 6
        private readonly byte[] _header = new byte[Header];
        private int _skip = preface, _have;

        /// <summary>How many calls, or answers to calls, begin in these bytes; and how many are called off.</summary>
        public (int Begun, int Reset) CountIn(ReadOnlySpan<byte> bytes)
        {
            int begun = 0, resets = 0;
            while (bytes.Length > 0)
            {
                if (_skip > 0)
                {
                    int skipped = Math.Min(_skip, bytes.Length);
                    _skip -= skipped;
                    bytes = bytes[skipped..];
                    continue;
                }
                int taken = Math.Min(Header - _have, bytes.Length);
                bytes[..taken].CopyTo(_header.AsSpan(_have));
                _have += taken;
                bytes = bytes[taken..];
                if (_have < Header)
                    break;
                _have = 0;
                _skip = (_header[0] << 16) | (_header[1] << 8) | _header[2];
                begun += _header[3] == Headers ? 1 : 0;
                resets += _header[3] == ResetStream ? 1 : 0;
            }
            return (begun, resets);
        }
    }
}
