using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hybrid.Behavior;
using Hybrid.Records;
using Hybrid.Redis;
using Hybrid.Streaming;
using Hybrid.Tests.Cli;
using Hybrid.Tests.Engine;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Hybrid.Tests.Streaming;

/// <summary>Servers that let in those alone who have a password, a user, a certificate to trust: real ones.</summary>
public sealed class RedisAccessTests : IDisposable
{
    // Special in an address and in a line of redis-server's settings.
    private const string Password = "s:e@c/r%t";

    private readonly ShopFolder _folder = new();
    private readonly RecordStore _records;

    public RedisAccessTests() => _records = RecordStore.Open(_folder.DataFile("records.db"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _records.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_password_in_the_address_is_taken_and_a_wrong_one_named_with_what_to_do()
    {
        await using RedisServer server = await RedisServer.StartAsync("--requirepass", Password);

        Assert.Equal(["A"], await HistoryAsync($"redis://:{Uri.EscapeDataString(Password)}@127.0.0.1:{server.Port}"));
        foreach (string address in (string[])[$"redis://:wrong@127.0.0.1:{server.Port}", $"redis://127.0.0.1:{server.Port}"])
        {
            string told = await FailureAsync(address);
            Assert.Contains("it wants another password", told, StringComparison.Ordinal);
            Assert.Contains("HYBRID_REDIS_PASSWORD", told, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong", told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_user_who_may_use_the_keys_of_the_shop_alone_is_enough_and_one_who_may_not_is_told_what_is_missing()
    {
        const string commands = "+@connection +@read +@write +@scripting +@pubsub";
        await using RedisServer server = await RedisServer.StartAsync([
            "--user", .. $"shop on >a:b ~{{shop}}:* &{{shop}}:* {commands}".Split(' '),
            "--user", .. $"other on >pw ~{{other}}:* &{{other}}:* {commands}".Split(' '),
            "--user", .. "poor on >pw ~* &* +get".Split(' '),
            "--user", .. "default off".Split(' ')]);

        Assert.Equal(["A"], await HistoryAsync($"redis://shop:a%3Ab@127.0.0.1:{server.Port}/shop"));
        Assert.Contains("may not do what is needed", await FailureAsync($"redis://other:pw@127.0.0.1:{server.Port}/shop"), StringComparison.Ordinal);
        Assert.Contains("ACL SETUSER", await FailureAsync($"redis://poor:pw@127.0.0.1:{server.Port}/shop"), StringComparison.Ordinal);
        Assert.Contains("another password, or user", await FailureAsync($"redis://shop:no@127.0.0.1:{server.Port}/shop"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tail_takes_its_password_from_the_environment_and_says_what_to_do_without()
    {
        await using RedisServer server = await RedisServer.StartAsync("--requirepass", Password);
        string stream = $"redis://127.0.0.1:{server.Port}/shop-events";
        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(
            new ConfigurationOptions { EndPoints = { { "127.0.0.1", server.Port } }, Password = Password });
        await redis.GetDatabase().StreamAddAsync("shop-events", "event", """{"user":"U1","item":"A"}""");

        using (Process without = HybridCommand.Start(_folder.Path, "tail", stream))
        {
            string? told = await without.StandardError.ReadLineAsync(Token);
            Assert.Contains("HYBRID_REDIS_PASSWORD", told, StringComparison.Ordinal);
            await HybridCommand.SignalAsync(without, "INT");
        }
        using Process tail = HybridCommand.StartWithEnvironment(_folder.Path, "HYBRID_REDIS_PASSWORD", Password, "tail", stream);
        await Shop.EventuallyAsync(() => Task.FromResult(_records.EventCount == 1), "the event is there");
        Assert.Equal(0, (await HybridCommand.SignalAsync(tail, "INT")).ExitCode);
    }

    [Fact]
    public async Task TLS_with_an_authority_of_ones_own_is_trusted_by_name_and_otherwise_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SSL_CERT_FILE is OpenSSL's.");
        (string authority, string certificate, string key) = WriteCertificates();
        await using RedisServer server = await RedisServer.StartAsync("--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", authority,
            "--tls-auth-clients", "no");
        await using ConnectionMultiplexer redis = await server.ConnectAsync();
        await redis.GetDatabase().StreamAddAsync("shop-events", "event", """{"user":"U1","item":"A"}""");
        string stream = $"rediss://127.0.0.1:{server.TlsPort}/shop-events";

        using (Process stranger = HybridCommand.Start(_folder.Path, "tail", stream))
        {
            string? told = await stranger.StandardError.ReadLineAsync(Token);
            Assert.Contains("SSL_CERT_FILE", told, StringComparison.Ordinal);
            await HybridCommand.SignalAsync(stranger, "INT");
        }
        Assert.Equal(0, _records.EventCount);
        using Process tail = HybridCommand.StartWithEnvironment(_folder.Path, "SSL_CERT_FILE", authority, "tail", stream);
        await Shop.EventuallyAsync(() => Task.FromResult(_records.EventCount == 1), "the event is there");
        Assert.Equal(0, (await HybridCommand.SignalAsync(tail, "INT")).ExitCode);
    }

    /// <summary>What a machine without records knows of a user, over a server that this one fills.</summary>
    private async Task<string[]> HistoryAsync(string address)
    {
        await _records.AppendAsync([new Event("u", "A", "view", DateTimeOffset.UnixEpoch)], Token);
        RedisFeatureOptions options = RedisFeatureOptions.Parse(address) with { Timeout = TimeSpan.FromSeconds(10) };
        await using var store = new RedisFeatureStore(options, NullLoggerFactory.Instance);
        await using IFeatureMirror mirror = Fill(store);
        string[]? known = null;
        await Shop.EventuallyAsync(async () =>
        {
            try
            {
                known = [.. Assert.IsType<RecentEvents>(await store.FindAsync("u", Token)).TasteOf(EventKinds.Default, DateTimeOffset.UnixEpoch.AddDays(1))
                    .LastLiked(int.MaxValue).Select(item => item.Value)];
            }
            catch (FeatureStoreException)
            {
                // It is not filled yet.
            }
            return known is not null;
        }, $"it is filled: {mirror.Failure}");
        return known!;   // ! : it was asked for
    }

    /// <summary>What is said where the server does not let this machine fill it.</summary>
    private async Task<string> FailureAsync(string address)
    {
        await _records.AppendAsync([new Event("u", "A", "view", DateTimeOffset.UnixEpoch)], Token);
        await using var store = new RedisFeatureStore(RedisFeatureOptions.Parse(address), NullLoggerFactory.Instance);
        await using IFeatureMirror mirror = Fill(store);
        // Between two attempts to connect it knows no more than that there is no connection.
        await Shop.EventuallyAsync(() => Task.FromResult(mirror.Failure is { } failure && !failure.Contains("did not answer", StringComparison.Ordinal)
            && !failure.Contains("there is no connection", StringComparison.Ordinal)), "it has failed");
        return mirror.Failure!;   // ! : it has failed
    }

    private IFeatureMirror Fill(RedisFeatureStore store)
    {
        var own = new FeatureStore(_records, EventKinds.Default, new(), TimeProvider.System);
        return store.Fill(new FeatureFacts(_records, own.ReadPopular, own.ReadKinds, HistoryLength: 10));
    }

    private (string Authority, string Certificate, string Key) WriteCertificates()
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256), theirs = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset from = TimeProvider.System.GetUtcNow().AddDays(-1), to = from.AddDays(30);
        var authority = new CertificateRequest("CN=An authority of a shop's own", own, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using X509Certificate2 root = authority.CreateSelfSigned(from, to);
        var server = new CertificateRequest("CN=redis", theirs, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued = server.Create(root, from, to.AddDays(-1), RandomNumberGenerator.GetBytes(8));
        return (Write("authority.pem", root.ExportCertificatePem()), Write("redis.pem", issued.ExportCertificatePem()),
            Write("redis.key", theirs.ExportPkcs8PrivateKeyPem()));

        string Write(string name, string pem)
        {
            string file = Path.Combine(_folder.Path, name);
            File.WriteAllText(file, pem);
            return file;
        }
    }
}
