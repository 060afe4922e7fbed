using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Hybrid.Tests.Cli;

/// <summary>A redis-server of a test's own, on a free port of this machine.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    private readonly string[] _settings;

    private RedisServer(int port, int tlsPort, string[] settings) => (Port, TlsPort, _settings) = (port, tlsPort, settings);

    public int Port { get; }

    /// <summary>Where it speaks TLS, if the settings name a certificate.</summary>
    public int TlsPort { get; }

    public string StreamUrl => $"redis://127.0.0.1:{Port}/shop-events";

    /// <summary>Starts one; skips the test where there is none, and fails it where HYBRID_REQUIRE_REDIS is 1.</summary>
    /// <param name="settings">Beyond where it listens and what it keeps: "--requirepass", "secret".</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "redis-server"))))
        {
            const string missing = "There is no redis-server: infra/redis.sh installs it.";
            Assert.False(Environment.GetEnvironmentVariable("HYBRID_REQUIRE_REDIS") == "1", missing);
            Assert.Skip(missing);
        }
        using TcpListener free = new(IPAddress.Loopback, 0), other = new(IPAddress.Loopback, 0);
        free.Start();
        other.Start();
        var server = new RedisServer(((IPEndPoint)free.LocalEndpoint).Port, ((IPEndPoint)other.LocalEndpoint).Port, settings);
        free.Stop();
        other.Stop();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it where it was killed, with what it had: it writes every command to its file.</summary>
    /// <param name="isEmpty">Without it.</param>
    public async Task StartAgainAsync(bool isEmpty = false)
    {
        if (isEmpty)
            Directory.Delete(Path.Combine(_folder.Path, "appendonlydir"), recursive: true);
        string[] arguments = ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.Path, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", .. _settings];
        if (_settings.Contains("--tls-cert-file"))
            arguments = [.. arguments, "--tls-port", TlsPort.ToString(CultureInfo.InvariantCulture)];
        _process = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("redis-server did not start.");
        _ = _process.StandardOutput.ReadToEndAsync();
        await Engine.Shop.EventuallyAsync(AnswersAsync, "redis-server answers");
    }

    public Task<ConnectionMultiplexer> ConnectAsync(bool allowAdmin = false) => ConnectionMultiplexer.ConnectAsync(
        new ConfigurationOptions { EndPoints = { { "127.0.0.1", Port } }, AbortOnConnectFail = false, AllowAdmin = allowAdmin });

    public async Task KillAsync()
    {
        _process!.Kill();   // ! : it was started
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    /// <summary>Has it do nothing, with its connections open, until <see cref="ResumeAsync"/>.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    public Task ResumeAsync() => SignalAsync("-CONT");

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);   // ! : it was started
        await kill.WaitForExitAsync();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            byte[] answer = new byte[5];
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            await client.GetStream().ReadExactlyAsync(answer);
            // Not while it still reads its file; one that wants a password has said so.
            return answer.AsSpan().SequenceEqual("+PONG"u8) || answer.AsSpan().SequenceEqual("-NOAU"u8);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }
}
