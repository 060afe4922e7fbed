using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Hybrid.Api.Tests;

/// <summary>Requests that a client of HTTP does not make by itself, or that few make.</summary>
public sealed partial class OddRequestTests(QueryTests.ShopServer shop) : IClassFixture<QueryTests.ShopServer>
{
    private const string Chunked = "POST /v1/recommend HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ApiServer Server => shop.Server;

    [Theory]
    [InlineData("ffffffffffffffff\r\n{\"text\":\"a\"}\r\n0\r\n\r\n")]   // no number of the server holds it
    [InlineData("-1\r\n{\"text\":\"a\"}\r\n0\r\n\r\n")]
    [InlineData("zz\r\n{\"text\":\"a\"}\r\n0\r\n\r\n")]
    [InlineData("c\r\n{\"text\":\"a\"}0\r\n\r\n")]
    public async Task A_chunk_whose_length_is_none_is_a_bad_request_and_no_error_of_the_service(string chunks)
    {
        string answer = await AskAsync(Chunked + chunks);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:hybrid:bad-request", answer, StringComparison.Ordinal);
        Assert.Equal("", Server.Errors.ToString());
    }

    [Fact]
    public async Task Chunks_make_a_body()
    {
        string answer = await AskAsync(Chunked + "5;a=b\r\n{\"tex\r\n7\r\nt\":\"a\"}\r\n0\r\nTrailer: x\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_that_are_sent_before_the_answers_are_answered_in_order()
    {
        const string good = "GET /v1/recommend?text=coffee&count=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        const string refused = "POST /v1/recommend HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\n{\"text\":\"a\"}";
        const string last = "GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

        string answers = await AskAsync(string.Concat(Enumerable.Repeat(good + refused, 20)) + last);

        Assert.Equal([.. Enumerable.Repeat((string[])["200", "415"], 20).SelectMany(pair => pair), "404"],
            StatusLine().Matches(answers).Select(line => line.Groups[1].Value));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity, gzip")]
    public async Task A_packed_body_is_refused_by_that_name(string encoding)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync("""{"text":"a"}"""u8.ToArray(), Token);
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new("application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        (await Server.SendAsync(HttpMethod.Post, "/v1/recommend", content)).ExpectProblem(HttpStatusCode.UnsupportedMediaType, "bad-media-type",
            "Content-Encoding");
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/v1/recommend?text=coffee")]
    [InlineData("/v1/items/H1")]
    [InlineData("/openapi/v1.json")]
    public async Task HEAD_is_answered_as_GET_is_without_the_body(string path)
    {
        ApiServer.Reply got = await Server.GetAsync(path), head = await Server.SendAsync(HttpMethod.Head, path);

        Assert.Equal((got.Status, got.Headers.GetValueOrDefault("ETag"), ""), (head.Status, head.Headers.GetValueOrDefault("ETag"), head.Text));
        (await Server.SendAsync(HttpMethod.Options, path)).ExpectProblem(HttpStatusCode.MethodNotAllowed, "bad-method", "method");
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Metrics_are_read_and_nothing_else(string method) =>
        (await Server.SendAsync(new HttpMethod(method), "/metrics")).ExpectProblem(HttpStatusCode.MethodNotAllowed, "bad-method", "method");

    [Fact]
    public async Task Another_document_is_not_there() =>
        (await Server.GetAsync("/openapi/v2.json")).ExpectProblem(HttpStatusCode.NotFound, "no-route", "path");

    [Theory]
    [InlineData("GET", "/v1/admin/status?x=1", "x")]
    [InlineData("DELETE", "/v1/items/nothing?id=H1", "id")]
    [InlineData("DELETE", "/v1/users/nobody?dry_run=true", "dry_run")]
    [InlineData("POST", "/v1/events?dry_run", "dry_run")]
    public async Task A_parameter_of_an_address_that_has_none_is_refused_and_nothing_done(string method, string path, string field)
    {
        using var content = method == "POST" ? new StringContent("[]", System.Text.Encoding.UTF8, "application/json") : null;

        (await Server.SendAsync(new HttpMethod(method), path, content)).ExpectProblem(HttpStatusCode.BadRequest, "unknown-field", field);
    }

    [Theory]
    [InlineData("/v1/recommend?user=caf%E9")]   // Latin-1
    [InlineData("/v1/recommend?text=%ED%A0%80")]
    [InlineData("/v1/recommend?%ff=a")]
    public async Task A_parameter_that_is_not_UTF_8_is_refused(string path) =>
        Assert.Contains("urn:hybrid:bad-value", await AskAsync($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"),
            StringComparison.Ordinal);

    [Fact]
    public async Task A_percent_sign_that_begins_nothing_stands_for_itself() =>
        Assert.StartsWith("HTTP/1.1 200 ", await AskAsync("GET /v1/recommend?text=50% HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("/v1/items/.")]
    [InlineData("/v1/items/%2e")]
    [InlineData("/v1/items/H1/..")]
    public async Task Who_asks_for_an_item_that_clients_take_away_gets_no_list(string path)
    {
        string answer = await AskAsync($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("?id=", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("____")]   // three bytes that are no UTF-8
    [InlineData("%00")]
    [InlineData("")]
    public async Task A_cursor_that_no_page_has_given_is_refused(string cursor) =>
        (await Server.GetAsync($"/v1/items?cursor={cursor}")).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "cursor");

    /// <summary>What comes until the server closes the connection, which each of these has it do.</summary>
    private async Task<string> AskAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Server.Address.Port, Token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(request), Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Token);
    }

    [GeneratedRegex(@"HTTP/1\.1 (\d{3}) ", RegexOptions.CultureInvariant)]
    private static partial Regex StatusLine();
}
