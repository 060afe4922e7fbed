using Hybrid.Milvus.Client;

namespace Hybrid.Milvus.Tests;

public sealed class MilvusStoreOptionsTests : IDisposable
{
    private const string Secret = "hunter2";

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("milvus://localhost", "http://localhost:19530/", null, null, null)]
    [InlineData("MILVUS://localhost:1234/shop", "http://localhost:1234/", "shop", null, null)]
    [InlineData("milvus://localhost/?db=shop", "http://localhost:19530/", "shop", null, null)]
    [InlineData("milvus://[::1]:1234", "http://[::1]:1234/", null, null, null)]
    [InlineData("milvus://root:Milvus@10.0.0.7/shop/?tls=true", "https://10.0.0.7:19530/", "shop", "root", "Milvus")]
    [InlineData("milvus://r%40t:p%2Fa%3As%25@db.example.com", "http://db.example.com:19530/", null, "r@t", "p/a:s%")]
    public void A_setting_names_the_server_the_database_and_who_asks(string uri, string endpoint, string? database, string? user, string? password)
    {
        MilvusClientOptions client = Parse(uri).Client;
        Assert.Equal((endpoint, database, user, password), (client.Endpoint.ToString(), client.Database, client.User, client.Password));
    }

    [Fact]
    public void Options_set_times_shards_replicas_and_consistency()
    {
        MilvusStoreOptions options = Parse(
            $"milvus://h?timeout=500ms&long-timeout=2h&shards=4&replicas=2&consistency=Strong&tls=true&ca={_file}&server-name=m");
        Assert.Equal((TimeSpan.FromMilliseconds(500), TimeSpan.FromHours(2)), (options.Client.Timeout, options.Client.LongTimeout));
        Assert.Equal((4, 2, ConsistencyLevel.Strong), (options.Shards, options.Replicas, options.Consistency));
        Assert.Equal((_file, "m"), (options.Client.AuthoritiesFile, options.Client.ServerName));
        Assert.Equal((1, 1, ConsistencyLevel.Session, TimeSpan.FromSeconds(30)), Parse("milvus://h") is var plain
            ? (plain.Shards, plain.Replicas, plain.Consistency, plain.Client.Timeout) : default);
    }

    [Fact]
    public void Secrets_come_from_the_setting_or_a_file_or_the_environment_in_this_order()
    {
        File.WriteAllText(_file, "from-file\nnot this line");
        var environment = new Dictionary<string, string> { ["HYBRID_STORE_PASSWORD"] = "from-environment", ["HYBRID_STORE_TOKEN"] = "token" };

        Assert.Equal("own", Of("milvus://root:own@h").Password);
        Assert.Equal("from-file", Of($"milvus://root@h?password-file={_file}").Password);
        Assert.Equal(("from-environment", null), (Of("milvus://root@h").Password, Of("milvus://root@h").Token));
        Assert.Equal((null, "token"), (Of("milvus://h").Password, Of("milvus://h").Token));
        Assert.Equal("from-file", Of($"milvus://h?token-file={_file}").Token);

        MilvusClientOptions Of(string uri) => MilvusStoreOptions.Parse(uri, name => environment.GetValueOrDefault(name)).Client;
    }

    [Theory]
    [InlineData("localhost:19530", "does not begin with milvus://")]
    [InlineData("milvuss://h", "milvus://host?tls=true")]
    [InlineData("milvus://", "names no host")]
    [InlineData("milvus://:19530", "names no host")]
    [InlineData("milvus://ho st", "'ho st' in the store's setting is not the name or the address of a host")]
    [InlineData("milvus://::1", "an IPv6 address stands in [ ]")]
    [InlineData("milvus://h:0", "is not one from 1 to 65535")]
    [InlineData("milvus://h:65536", "is not one from 1 to 65535")]
    [InlineData("milvus://h:x", "is not one from 1 to 65535")]
    [InlineData("milvus://@h", "no user before it")]
    [InlineData("milvus://h/a-b", "'a-b' in the store's setting is not the name of a database")]
    [InlineData("milvus://h/a/b", "'a/b' in the store's setting is not the name of a database")]
    [InlineData("milvus://h/a?db=b", "names its database twice")]
    [InlineData("milvus://h#a", "write it %23")]
    [InlineData("milvus://h/100%", "write the '%' itself %25")]
    [InlineData("milvus://h?shard=2", "'shard' is no option of a store's setting. Is shards meant? Options: ca, cert")]
    [InlineData("milvus://h?shards", "shards in the store's setting has no value")]
    [InlineData("milvus://h?shards=1&shards=2", "comes twice")]
    [InlineData("milvus://h?shards=0", "1 to 64 shards")]
    [InlineData("milvus://h?shards=x", "a whole number, not 'x'")]
    [InlineData("milvus://h?timeout=soon", "a time like 30, 500ms, 2m or 1h, not 'soon'")]
    [InlineData("milvus://h?timeout=0", "A timeout is more than 0")]
    [InlineData("milvus://h?timeout=1e300", "a time like")]
    [InlineData("milvus://h?tls=yes", "true or false, not 'yes'")]
    [InlineData("milvus://h?consistency=some", "strong, session, bounded or eventually, not 'some'")]
    [InlineData("milvus://h?ca=x.pem", "add tls=true")]
    [InlineData("milvus://h?tls=true&ca=no-such.pem", "no-such.pem cannot be read")]
    [InlineData("milvus://h?tls=true&cert=x.pem", "needs both files")]
    [InlineData("milvus://h?password=x", "password-file or HYBRID_STORE_PASSWORD")]
    [InlineData("milvus://h?password-file=x", "a password-file and no user")]
    [InlineData("milvus://u:p@h?password-file=x", "give one of them")]
    [InlineData("milvus://u@h?token-file=x", "in place of a user and a password")]
    public void A_malformed_setting_is_refused_with_what_is_wrong_and_what_is_known(string uri, string says)
    {
        Assert.Contains(says, Assert.Throws<FormatException>(() => Parse(uri)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"milvus://root:{Secret}")]
    [InlineData($"milvus://root:{Secret}:1@h:x")]
    [InlineData($"milvus://root:a/{Secret}@h")]
    [InlineData($"milvus://root:a#{Secret}@h")]
    [InlineData($"milvus://root:a?{Secret}=@h")]
    [InlineData($"milvus://root:%{Secret}@h")]
    [InlineData($"milvus://root:{Secret}@h/-")]
    [InlineData($"milvus://root:{Secret}@")]
    [InlineData($"milvus://h?password={Secret}")]
    [InlineData($"milvus://h?token={Secret}")]
    [InlineData($"milvus//root:{Secret}@h")]
    public void No_refusal_has_a_secret(string uri)
    {
        Assert.DoesNotContain(Secret, Assert.Throws<FormatException>(() => Parse(uri)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_of_the_options_has_a_secret()
    {
        MilvusStoreOptions options = Parse($"milvus://root:{Secret}@h:1/shop");
        Assert.Equal(("milvus h:1/shop", "h:1/shop"), (options.ToString(), options.Client.ToString()));
        Assert.DoesNotContain(Secret, (options with { Client = options.Client with { User = null, Password = null, Token = Secret } }).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void UseMilvus_gives_the_options_a_store_that_names_its_place_and_no_secret()
    {
        HybridOptions options = new HybridOptions { DataPath = "my-shop" }.UseMilvus($"milvus://root:{Secret}@h:1/shop");
        Assert.Equal(("my-shop", "milvus h:1/shop"), (options.DataPath, options.Store?.Name));
        Assert.DoesNotContain(Secret, options.ToString(), StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => options.UseMilvus("h:1"));
    }

    [Fact]
    public async Task A_server_that_is_down_is_said_with_what_to_do_and_without_the_secret()
    {
        var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Dispose();
        ExternalStore store = Parse($"milvus://root:{Secret}@127.0.0.1:{port}?timeout=300ms").ToExternalStore();
        var failure = await Assert.ThrowsAsync<Hybrid.Indexing.VectorStoreException>(() =>
            store.OpenAsync(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TestContext.Current.CancellationToken));
        Assert.Equal(($"milvus 127.0.0.1:{port}", true), (failure.Store, failure.IsTransient));
        Assert.EndsWith("Start the server, or name the one that runs (milvus://host:port).", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    private static MilvusStoreOptions Parse(string uri) => MilvusStoreOptions.Parse(uri, _ => null);
}
