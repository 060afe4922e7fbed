using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Hybrid.Milvus.Tests.Servers;

/// <summary>The Docker engine of this machine, asked before Testcontainers is: that throws where there is none, and pulls what is not there.</summary>
internal static class DockerEngine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // What Testcontainers 4.16 speaks unless it is told otherwise.
    private static readonly Version Newest = new(1, 44);

    /// <summary>Why no container of the image can run here; null when one can, and Testcontainers is set up for it.</summary>
    public static async Task<string?> ReasonAgainstAsync(string image, CancellationToken cancellationToken)
    {
        using HttpClient engine = Connect();
        try
        {
            using JsonDocument version = JsonDocument.Parse(await engine.GetStringAsync("version", cancellationToken));
            string api = version.RootElement.GetProperty("ApiVersion").GetString() ?? "";
            using HttpResponseMessage found = await engine.GetAsync($"images/{image}/json", cancellationToken);
            if (found.StatusCode == HttpStatusCode.NotFound)
                return $"Docker has no image {image} (nothing is pulled here: docker pull {image})";
            found.EnsureSuccessStatusCode();
            if (Version.TryParse(api, out Version? spoken) && spoken < Newest)
                SetUnlessSet("DOCKER_API_VERSION", api);
            // Its reaper is one more image that would have to be pulled: EndOfRun does its work.
            SetUnlessSet("TESTCONTAINERS_RYUK_DISABLED", "true");
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return $"no Docker engine answers ({e.GetBaseException().Message})";
        }
    }

    private static void SetUnlessSet(string variable, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
            Environment.SetEnvironmentVariable(variable, value);
    }

    private static HttpClient Connect()
    {
        Uri host = new(Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } set ? set : "unix:///var/run/docker.sock");
        if (host.Scheme != "unix")
            return new HttpClient { BaseAddress = new UriBuilder(host) { Scheme = "http" }.Uri, Timeout = Patience };
        return new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(host.AbsolutePath), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        { BaseAddress = new Uri("http://docker/"), Timeout = Patience };
    }
}
