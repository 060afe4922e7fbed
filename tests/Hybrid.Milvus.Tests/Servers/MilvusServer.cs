using Hybrid.Milvus.Tests.Servers;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(MilvusServer))]
// Tests wait for the server, most of all for collections to be loaded (3 s on Milvus 2.3, whatever its settings): they wait together.
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 6)]

namespace Hybrid.Milvus.Tests.Servers;

/// <summary>The one Milvus server of a test run, started for the first test that asks for it: a class takes it as a constructor parameter.</summary>
/// <remarks>
/// It takes, in this order: what answers at MILVUS_URI; a container (of MILVUS_IMAGE, or of the image that docker-compose.milvus.yml names where it is there:
/// nothing is pulled); milvus-server on this machine (MILVUS_ENGINE: lite or standalone). A variable that is set is taken at its word: when it leads to no
/// server, the tests fail. Without any server they are skipped, or fail where HYBRID_REQUIRE_MILVUS is 1.
/// </remarks>
public sealed class MilvusServer : IAsyncLifetime
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    private readonly Lazy<Task<Found>> _found;

    public MilvusServer() => _found = new Lazy<Task<Found>>(() => Task.Run(FindAsync));

    /// <summary>Where it is: "http://127.0.0.1:port". Skips the test that asks where there is none.</summary>
    public async Task<Uri> EndpointAsync() => (await AskAsync()).Endpoint;

    public async Task<MilvusEngine> EngineAsync() => (await AskAsync()).Engine;

    /// <summary>An empty database with a name that no other test has.</summary>
    public async Task<MilvusDatabase> NewDatabaseAsync()
    {
        Found found = await AskAsync();
        string name = $"test_{Guid.NewGuid():N}";
        await found.Wire.CreateDatabaseAsync(name, TestContext.Current.CancellationToken);
        return new MilvusDatabase(found.Endpoint, found.Engine, name, found.Wire);
    }

    /// <summary>The bare messages, for what a test must see without Hybrid's client.</summary>
    internal async Task<MilvusWire> WireAsync() => (await AskAsync()).Wire;

    /// <summary>A server that this test has for itself, to stop and to kill. Skips the test where milvus-server is not on this machine.</summary>
    internal static Task<MilvusProcess> StartPrivateAsync(MilvusProcessOptions? options = null)
    {
        if (MilvusProcess.Program is null)
            Missing("This test stops and kills a server of its own, which needs the program milvus-server on the path.");
        return MilvusProcess.StartAsync(options ?? new MilvusProcessOptions(), TestContext.Current.CancellationToken);
    }

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        if (!_found.IsValueCreated)
            return;
        // What kept it from starting has been said by the tests that asked for it.
        await ((Task)_found.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_found.Value.IsCompletedSuccessfully)
            await (await _found.Value).DisposeAsync();
    }

    private async Task<Found> AskAsync()
    {
        try
        {
            return await _found.Value.WaitAsync(TestContext.Current.CancellationToken);
        }
        catch (MilvusMissingException e)
        {
            Missing(e.Message);
            throw;
        }
    }

    private static void Missing(string reason)
    {
        if (Environment.GetEnvironmentVariable("HYBRID_REQUIRE_MILVUS") == "1")
            Assert.Fail($"{reason} HYBRID_REQUIRE_MILVUS is 1: here that is a failure.");
        Assert.Skip(reason);
    }

    private static async Task<Found> FindAsync()
    {
        if (Variable("MILVUS_URI") is { } uri)
            return await Found.AtAsync(new Uri(uri), owner: null, AnswerLimit);

        string? image = Variable("MILVUS_IMAGE"), engine = Variable("MILVUS_ENGINE");
        string? against = null;
        if (image is not null || engine is null)
        {
            against = await DockerEngine.ReasonAgainstAsync(image ?? MilvusContainer.DefaultImage, CancellationToken.None);
            if (against is null)
            {
                MilvusContainer container = await MilvusContainer.StartAsync(image ?? MilvusContainer.DefaultImage, CancellationToken.None);
                return await Found.AtAsync(container.Endpoint, container, AnswerLimit);
            }
            if (image is not null)
                throw new InvalidOperationException($"MILVUS_IMAGE is {image}, and {against}.");
        }
        if (MilvusProcess.Program is not null)
        {
            MilvusProcess process = await MilvusProcess.StartAsync(new MilvusProcessOptions { SessionSeconds = 60 }, CancellationToken.None);
            return await Found.AtAsync(process.Endpoint, process, AnswerLimit);
        }
        if (engine is not null)
            throw new InvalidOperationException($"MILVUS_ENGINE is {engine}, and there is no milvus-server on the path to start it with.");
        throw new MilvusMissingException($"There is no Milvus server for this test: MILVUS_URI is not set, {against}, and milvus-server is not on the path. "
            + "Start one with `docker compose -f docker-compose.milvus.yml up -d` and set MILVUS_URI=http://127.0.0.1:19530.");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private sealed class MilvusMissingException(string message) : Exception(message);

    private sealed record Found(Uri Endpoint, MilvusEngine Engine, MilvusWire Wire, IAsyncDisposable? Owner) : IAsyncDisposable
    {
        public static async Task<Found> AtAsync(Uri endpoint, IAsyncDisposable? owner, TimeSpan within)
        {
            var wire = new MilvusWire(endpoint);
            if (!await wire.BecomesHealthyAsync(within, CancellationToken.None))
                throw new InvalidOperationException($"No healthy Milvus at {endpoint} within {within.TotalSeconds} s.");
            return new Found(endpoint, await wire.EngineAsync(CancellationToken.None), wire, owner);
        }

        public async ValueTask DisposeAsync()
        {
            Wire.Dispose();
            if (Owner is not null)
                await Owner.DisposeAsync();
        }
    }
}
