using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hybrid.Milvus.Client;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests.Faults;

/// <summary>Who may talk to a server, and over what.</summary>
public sealed class AccessTests(MilvusServer shared) : IDisposable
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("hybrid-tls-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Delete(recursive: true);

    [Fact]
    public async Task Over_TLS_a_server_is_trusted_by_the_authority_that_was_given_and_by_its_name()
    {
        using X509Certificate2 authority = Authority("shop"), other = Authority("other"), certificate = Signed(authority, "milvus.test", isServer: true);
        await using Relay relay = Relay.To(await shared.EndpointAsync(), Tls(certificate));
        var options = new MilvusClientOptions
        {
            Endpoint = relay.Endpoint,
            AuthoritiesFile = File("authority.pem", authority.ExportCertificatePem()),
            ServerName = "milvus.test"
        };
        using (var client = new MilvusClient(options))
            Assert.NotEmpty(await client.GetVersionAsync(Token));

        foreach (MilvusClientOptions wrong in (MilvusClientOptions[])[
            options with { AuthoritiesFile = File("other.pem", other.ExportCertificatePem()) }, options with { AuthoritiesFile = null },
                options with { ServerName = "elsewhere.test" }])
        {
            using var client = new MilvusClient(wrong);
            MilvusException e = await Assert.ThrowsAsync<MilvusException>(() => client.GetVersionAsync(Token));
            Assert.Equal(MilvusErrorKind.Untrusted, e.Kind);
            Assert.False(e.IsTransient);
            Assert.Contains("certificate", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task With_mutual_TLS_the_server_lets_in_who_shows_the_certificate()
    {
        using X509Certificate2 authority = Authority("shop"), certificate = Signed(authority, "milvus.test", isServer: true), mine = Signed(authority,
            "me", isServer: false);
        SslServerAuthenticationOptions tls = Tls(certificate);
        tls.ClientCertificateRequired = true;
        tls.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=me";
        await using Relay relay = Relay.To(await shared.EndpointAsync(), tls);
        var options = new MilvusClientOptions
        {
            Endpoint = relay.Endpoint,
            AuthoritiesFile = File("authority.pem", authority.ExportCertificatePem()),
            ServerName = "milvus.test",
        };
        using (var client = new MilvusClient(options with
        {
            ClientCertificateFile = File("me.pem", mine.ExportCertificatePem()),
            ClientKeyFile = File("me.key", mine.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem()),   // made with an RSA key below
        }))
        {
            Assert.NotEmpty(await client.GetVersionAsync(Token));
        }
        using var stranger = new MilvusClient(options with { Timeout = TimeSpan.FromSeconds(3) });
        await Assert.ThrowsAsync<MilvusException>(() => stranger.GetVersionAsync(Token));
    }

    [Fact]
    public void Options_that_do_not_go_together_and_files_that_cannot_be_read_are_said_at_once()
    {
        var plain = new MilvusClientOptions { Endpoint = new Uri("http://127.0.0.1:1") };
        foreach (MilvusClientOptions wrong in (MilvusClientOptions[])[
            plain with { ServerName = "x" }, plain with { AuthoritiesFile = "x" }, plain with { Token = "t", User = "u", Password = "p" },
                plain with { User = "u" }])
            Assert.Throws<ArgumentException>(() => new MilvusClient(wrong));

        var encrypted = new MilvusClientOptions { Endpoint = new Uri("https://127.0.0.1:1"), AuthoritiesFile = File("empty.pem", "") };
        Assert.Contains("there is no certificate in it", Assert.Throws<MilvusException>(() => new MilvusClient(encrypted)).Message, StringComparison.Ordinal);
        Assert.Throws<MilvusException>(() => new MilvusClient(encrypted with { AuthoritiesFile = Path.Combine(_files.FullName, "absent.pem") }));
        Assert.DoesNotContain("geheim", (plain with { User = "root", Password = "geheim" }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_asks_who_calls_takes_the_password_or_the_token_and_refuses_others_with_words()
    {
        await using MilvusProcess server = await MilvusServer.StartPrivateAsync(new MilvusProcessOptions
        {
            Engine = MilvusEngine.Standalone,
            Authorization = true
        });
        var options = new MilvusClientOptions { Endpoint = server.Endpoint, Timeout = TimeSpan.FromSeconds(30) };
        foreach (MilvusClientOptions right in (MilvusClientOptions[])[options with { User = "root", Password = "Milvus" },
            options with { Token = "root:Milvus" }])
        {
            using var client = new MilvusClient(right);
            Assert.Empty(await client.ListCollectionsAsync(Token));
        }
        foreach (MilvusClientOptions wrong in (MilvusClientOptions[])[options, options with { User = "root", Password = "wrong" },
            options with { Token = "wrong" }])
        {
            using var client = new MilvusClient(wrong);
            MilvusException e = await Assert.ThrowsAsync<MilvusException>(() => client.ListCollectionsAsync(Token));
            Assert.Equal(MilvusErrorKind.Unauthenticated, e.Kind);
            Assert.EndsWith("Check the user and the password, or the token.", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_rate_limit_is_waited_for_until_the_deadline()
    {
        await using MilvusProcess server = await MilvusServer.StartPrivateAsync(new MilvusProcessOptions
        {
            Engine = MilvusEngine.Standalone,
            Settings = new Dictionary<string, string>
            {
                ["quotaAndLimits.enabled"] = "true",
                ["quotaAndLimits.ddl.enabled"] = "true",
                ["quotaAndLimits.ddl.collectionRate"] = "2",
            },
        });
        using var client = new MilvusClient(new MilvusClientOptions { Endpoint = server.Endpoint, Timeout = TimeSpan.FromSeconds(30) });
        // More at once than two a second; creating is never repeated but for this.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => MakeAsync(client, $"c{i}")));
        Assert.Equal(8, (await client.ListCollectionsAsync(Token)).Count);

        using var hasty = new MilvusClient(new MilvusClientOptions { Endpoint = server.Endpoint, Timeout = TimeSpan.FromSeconds(2) });
        Exception?[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Record.ExceptionAsync(() => MakeAsync(hasty, $"d{i}")).AsTask()));
        MilvusException[] failures = [.. outcomes.OfType<MilvusException>()];
        Assert.Equal(failures.Length, outcomes.Count(outcome => outcome is not null));
        Assert.All(failures, e => Assert.True(e.IsTransient, e.Message));
        // Whoever is refused at the end says so; whoever is cut off by the deadline says what came before.
        Assert.Contains(failures, e => e is { Kind: MilvusErrorKind.RateLimited, Code: 8 }
            || e.Kind == MilvusErrorKind.TimedOut && e.Message.Contains("limit", StringComparison.OrdinalIgnoreCase));
    }

    private static Task MakeAsync(MilvusClient client, string name) => client.CreateCollectionAsync(new CollectionSchema(name,
        [new FieldSchema("id", FieldType.Int64) { IsKey = true }, new FieldSchema("v", FieldType.FloatVector) { Dimension = 2 }]), Token);

    private static SslServerAuthenticationOptions Tls(X509Certificate2 certificate) =>
        new() { ServerCertificate = certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] };

    private string File(string name, string text)
    {
        string path = Path.Combine(_files.FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private static X509Certificate2 Authority(string name)
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    private static X509Certificate2 Signed(X509Certificate2 authority, string name, bool isServer)
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(isServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        using X509Certificate2 signed = request.Create(authority, TimeProvider.System.GetUtcNow().AddHours(-1),
            TimeProvider.System.GetUtcNow().AddHours(1), [1, 2, (byte)name.Length]);
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
