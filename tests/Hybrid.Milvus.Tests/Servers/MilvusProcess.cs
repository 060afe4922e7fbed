using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hybrid.Milvus.Tests.Servers;

/// <summary>A Milvus server of this machine in a temporary data folder: stopped, killed and started again on the same port and data, as often as a test
/// likes.</summary>
/// <remarks>It and its data are gone when this object is disposed, or when this process has ended, however it ended. One caller at a time.</remarks>
internal sealed class MilvusProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    // A Milvus wants a core and half a gigabyte while it starts: more at a time would all be late.
    private static readonly SemaphoreSlim Places = new(3);

    private readonly string _program;
    private readonly MilvusProcessOptions _options;
    private readonly DirectoryInfo _data;
    private readonly EndOfRun _end;

    private MilvusProcess(string program, MilvusProcessOptions options, int port)
    {
        (_program, _options, Port) = (program, options, port);
        _data = Directory.CreateTempSubdirectory("hybrid-milvus-");
        Endpoint = new Uri($"http://127.0.0.1:{port}");
        _end = EndOfRun.Do("\"$1\" stop --data \"$2\"; rm -rf \"$2\"", _program, _data.FullName);
    }

    public Uri Endpoint { get; }

    public int Port { get; }

    public MilvusEngine Engine => _options.Engine;

    /// <summary>The program `milvus-server`, on the path or in the shared folder beside the checkout; null where this machine has none.</summary>
    public static string? Program { get; } = FindProgram();

    /// <summary>Starts one and waits until it is healthy.</summary>
    /// <exception cref="InvalidOperationException">There is no milvus-server, or it did not start; the message has what it said.</exception>
    public static async Task<MilvusProcess> StartAsync(MilvusProcessOptions options, CancellationToken cancellationToken)
    {
        string program = Program ?? throw new InvalidOperationException("There is no milvus-server on the path.");
        for (int attempt = 1; ; attempt++)
        {
            await Places.WaitAsync(cancellationToken);
            var server = new MilvusProcess(program, options, FreePort());
            try
            {
                await server.StartAgainAsync(cancellationToken);
                return server;
            }
            catch (InvalidOperationException e) when (attempt < 3 && e.Message.Contains("is in use", StringComparison.Ordinal))
            {
                await server.DisposeAsync();   // somebody was faster: another port
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Starts the server again after <see cref="StopAsync"/> or <see cref="KillAsync"/>, on the same port and data, and waits until it is
    /// healthy.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        List<string> arguments = ["--engine", Engine == MilvusEngine.Lite ? "lite" : "standalone", "--port", Port.ToString(CultureInfo.InvariantCulture)];
        if (Engine == MilvusEngine.Standalone)
        {
            // Strong reads wait for a time tick, 200 ms by default.
            Dictionary<string, string> settings = new() { ["proxy.timeTickInterval"] = "50", ["common.session.ttl"] = $"{_options.SessionSeconds}" };
            foreach ((string key, string value) in _options.Settings)
                settings[key] = value;
            arguments.AddRange(settings.SelectMany(s => (string[])["--set", $"{s.Key}={s.Value}"]));
        }
        if (_options.Authorization)
            arguments.Add("--auth");
        await RunAsync("start", arguments, cancellationToken);
    }

    /// <summary>Ends it as an administrator would: what it holds is on the disk.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => RunAsync("stop", [], cancellationToken);

    /// <summary>Ends it as `kill -9` does, and returns when all of it is gone.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        // The first file has the process that was started; the other, on standalone, the Milvus that this one watches.
        List<Process> running = [];
        foreach (string name in (string[])["server.pid", "server.pid.milvus"])
        {
            string file = Path.Combine(_data.FullName, name);
            if (!File.Exists(file))
                continue;
            int id = int.Parse((await File.ReadAllTextAsync(file, cancellationToken)).Split(' ')[0], CultureInfo.InvariantCulture);
            try
            {
                running.Add(Process.GetProcessById(id));
            }
            catch (ArgumentException)
            {
                // it has ended by itself
            }
        }
        foreach (Process process in running)
            process.Kill();
        foreach (Process process in running)
        {
            using (process)
                await process.WaitForExitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.DisposeAsync();
        Places.Release();
    }

    private async Task RunAsync(string verb, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new(_program, [verb, "--data", _data.FullName, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{_program} did not start.");
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token), errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{_program} {verb} ended with {process.ExitCode}: {await output}{await errors}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>A port that nobody listens on, below those that the system gives to outgoing connections: else one of them could take it while the server is
    /// down.</summary>
    private static int FreePort()
    {
        const int First = 20_000, Count = 10_000;
        for (int i = 0; i < Count; i++)
        {
            int port = First + (Environment.ProcessId * 37 + Interlocked.Increment(ref _asked)) % Count;
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // taken: the next one
            }
        }
        throw new InvalidOperationException($"No free port from {First} to {First + Count - 1} on 127.0.0.1.");
    }

    private static int _asked;

    private static string? FindProgram()
    {
        const string Name = "milvus-server";
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Append(Path.Combine(RepositoryFiles.Root, "..", "shared", "milvus")).Select(folder => Path.GetFullPath(Path.Combine(folder, Name)))
            .FirstOrDefault(File.Exists);
    }
}
