using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hybrid.Milvus.Tests.Servers;

/// <summary>A Milvus server in a container, as docker-compose.milvus.yml sets it up; gone with its data when this object is disposed or this process has
/// ended.</summary>
internal sealed class MilvusContainer : IAsyncDisposable
{
    /// <summary>What docker-compose.milvus.yml takes unless MILVUS_IMAGE is set.</summary>
    public const string DefaultImage = "milvusdb/milvus:v2.6.16";

    private const ushort Port = 19530;

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly IContainer _container;
    private readonly EndOfRun? _end;

    private MilvusContainer(IContainer container, EndOfRun? end) => (_container, _end) = (container, end);

    public Uri Endpoint => new($"http://127.0.0.1:{_container.GetMappedPublicPort(Port)}");

    /// <summary>Starts one and waits until it is healthy. <see cref="DockerEngine"/> has said before that this can work.</summary>
    public static async Task<MilvusContainer> StartAsync(string image, CancellationToken cancellationToken)
    {
        string name = $"hybrid-milvus-{Guid.NewGuid():N}";
        ContainerBuilder builder = new ContainerBuilder(image)
            .WithName(name)
            .WithLogger(NullLogger.Instance)
            .WithImagePullPolicy(PullPolicy.Never)
            .WithPortBinding(Port, assignRandomHostPort: true)
            .WithCreateParameterModifier(create => create.HostConfig!.PortBindings![$"{Port}/tcp"][0].HostIP = "127.0.0.1")
            .WithWaitStrategy(Wait.ForUnixContainer().AddCustomWaitStrategy(new Healthy(),
                wait => wait.WithInterval(TimeSpan.FromMilliseconds(100)).WithTimeout(StartLimit)));
        // The image of milvus-lite starts by itself; Milvus has to be told to be one process that needs no other.
        if (!image.Contains("lite-", StringComparison.Ordinal))
        {
            builder = builder
                .WithCommand("bash", "-c", "PATH=$PATH:/opt/milvus/server exec milvus run standalone")
                .WithCreateParameterModifier(create => create.HostConfig!.SecurityOpt = ["seccomp:unconfined"])
                .WithEnvironment("DEPLOY_MODE", "STANDALONE")
                .WithEnvironment("ETCD_USE_EMBED", "true")
                .WithEnvironment("ETCD_DATA_DIR", "/var/lib/milvus/etcd")
                .WithEnvironment("COMMON_STORAGETYPE", "local")
                .WithEnvironment("COMMON_SESSION_TTL", "60")
                .WithEnvironment("PROXY_TIMETICKINTERVAL", "50");   // what a strong read waits for; 200 by default
        }
        // Needs the command `docker`; without it a killed run leaves its container, labelled org.testcontainers.
        EndOfRun? end = OperatingSystem.IsLinux() ? EndOfRun.Do("docker rm -fv \"$1\"", name) : null;
        var server = new MilvusContainer(builder.Build(), end);
        try
        {
            await server._container.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        if (_end is not null)
            await _end.DisposeAsync();
    }

    private sealed class Healthy : IWaitUntil
    {
        public async Task<bool> UntilAsync(IContainer container)
        {
            using var wire = new MilvusWire(new Uri($"http://127.0.0.1:{container.GetMappedPublicPort(Port)}"));
            return await wire.IsHealthyAsync(CancellationToken.None);
        }
    }
}
