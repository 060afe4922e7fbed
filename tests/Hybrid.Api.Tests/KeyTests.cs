using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hybrid.Api.Keys;

namespace Hybrid.Api.Tests;

/// <summary>Keys with roles and rates, other addresses, TLS.</summary>
public sealed class KeyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_may_do_what_its_role_says_and_is_known_without_a_restart()
    {
        await using ApiServer server = await ApiServer.StartShopAsync();
        var keys = new ApiKeyFile(server.Engine.Options.DataPath, TimeProvider.System);
        string query = keys.Create("shop", ApiRole.Query, rate: null).Key, ingest = keys.Create("import", ApiRole.Ingest, rate: null).Key,
            admin = keys.Create("ops", ApiRole.Admin, rate: null).Key;
        await ApiServer.EventuallyAsync(async () => (await server.GetAsync("/v1/search?text=coffee")).Status == HttpStatusCode.Unauthorized, "a key is needed");

        (await server.GetAsync("/v1/search?text=coffee")).ExpectProblem(HttpStatusCode.Unauthorized, "no-key", "Authorization");
        (await AskAsync("hyb_0_wrong", "GET", "/v1/search?text=coffee")).ExpectProblem(HttpStatusCode.Unauthorized, "no-key", "Authorization");
        Assert.Equal("Bearer", (await server.GetAsync("/v1/items")).Headers["WWW-Authenticate"]);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(query, "GET", "/v1/search?text=coffee")).Status);
        (await AskAsync(query, "POST", "/v1/events", """{"user":"U","item":"K1"}""")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden", "Authorization");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(ingest, "POST", "/v1/events", """{"user":"U","item":"K1"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(ingest, "GET", "/v1/items")).Status);
        foreach (string path in (string[])["/v1/users/U", "/v1/admin/status", "/metrics"])
        {
            (await AskAsync(ingest, "GET", path)).ExpectProblem(HttpStatusCode.Forbidden, "forbidden", "Authorization");
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(admin, "GET", path)).Status);
        }
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/ready")).Status);

        Task<ApiServer.Reply> AskAsync(string key, string method, string path, string? json = null) => server.SendAsync(new HttpMethod(method), path,
            json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json"), ("Authorization", $"Bearer {key}"));
    }

    [Fact]
    public async Task A_revoked_key_is_none_and_after_the_last_one_the_service_is_closed_and_not_open()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        var keys = new ApiKeyFile(server.Engine.Options.DataPath, TimeProvider.System);
        (string key, ApiKey kept) = keys.Create("shop", ApiRole.Admin, rate: null);
        await ApiServer.EventuallyAsync(async () => (await server.GetAsync("/v1/items")).Status == HttpStatusCode.Unauthorized, "a key is needed");
        Assert.DoesNotContain(key, await File.ReadAllTextAsync(keys.Path, Token), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(keys.Path));

        Assert.False(keys.Revoke("none"));
        Assert.True(keys.Revoke(kept.Id));

        await ApiServer.EventuallyAsync(async () => (await server.SendAsync(HttpMethod.Get, "/v1/items", null, ("Authorization", $"Bearer {key}"))).Status
            == HttpStatusCode.Unauthorized, "the key is revoked");
        (await server.GetAsync("/v1/items")).ExpectProblem(HttpStatusCode.Unauthorized, "no-key", "Authorization");
    }

    [Fact]
    public async Task A_key_that_asks_too_often_is_told_when_to_come_again_and_others_are_not()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        var keys = new ApiKeyFile(server.Engine.Options.DataPath, TimeProvider.System);
        string slow = keys.Create("slow", ApiRole.Query, rate: 3).Key, other = keys.Create("other", ApiRole.Query, rate: null).Key;
        await ApiServer.EventuallyAsync(async () => (await server.GetAsync("/v1/items")).Status == HttpStatusCode.Unauthorized, "a key is needed");
        var replies = new List<ApiServer.Reply>();
        for (int i = 0; i < 50; i++)
            replies.Add(await AskAsync(slow));
        ApiServer.Reply refused = replies.First(reply => reply.Status != HttpStatusCode.OK);
        refused.ExpectProblem(HttpStatusCode.TooManyRequests, "too-many");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.True(replies.Count(reply => reply.Status == HttpStatusCode.OK) >= 3);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(other)).Status);

        Task<ApiServer.Reply> AskAsync(string key) => server.SendAsync(HttpMethod.Get, "/v1/items", null, ("Authorization", $"Bearer {key}"));
    }

    [Fact]
    public async Task Other_machines_are_not_listened_to_before_there_is_a_key()
    {
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ApiServer.StartAsync(change: options => options with { Address = IPAddress.Any }));
        Assert.Contains("hybrid key create", refused.Message, StringComparison.Ordinal);

        var folder = new TemporaryFolder();
        string key = new ApiKeyFile(folder.File("data"), TimeProvider.System).Create("shop", ApiRole.Query, rate: null).Key;
        await using ApiServer server = await ApiServer.StartAsync(over: folder, change: options => options with { Address = IPAddress.Any });
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(key)).Status);
        (await AskAsync("")).ExpectProblem(HttpStatusCode.Unauthorized, "no-key", "Authorization");

        Task<ApiServer.Reply> AskAsync(string sent) => server.SendAsync(HttpMethod.Get, $"http://127.0.0.1:{server.Address.Port}/v1/items", null,
            ("Authorization", $"Bearer {sent}"));
    }

    [Fact]
    public async Task With_a_certificate_it_is_https()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using ApiServer server = await ApiServer.StartAsync(change: options => options with { Certificate = certificate });
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, sent, _, _) => sent?.Thumbprint == certificate.Thumbprint,
        };
        using var client = new HttpClient(handler);

        Assert.Equal("https", server.Address.Scheme);
        Assert.Contains("live", await client.GetStringAsync(new Uri(server.Address, "/health/live"), Token), StringComparison.Ordinal);
    }
}
