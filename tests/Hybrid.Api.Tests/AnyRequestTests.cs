using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Hybrid.Api.Tests;

/// <summary>Whatever is sent is answered as the document says.</summary>
/// <remarks>HYBRID_API_REQUESTS=1000000 sends more than the 20,000 of each test run, HYBRID_API_SEED=7 those of the run that named this number.</remarks>
public sealed class AnyRequestTests(ITestOutputHelper output)
{
    private const int Workers = 4, MostMalformed = 300;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_request_gets_a_status_of_the_document_and_a_problem_where_it_is_refused()
    {
        int requests = int.Parse(Environment.GetEnvironmentVariable("HYBRID_API_REQUESTS") ?? "20000", CultureInfo.InvariantCulture);
        int seed = Environment.GetEnvironmentVariable("HYBRID_API_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        output.WriteLine($"HYBRID_API_SEED={seed}");
        await using ApiServer server = await ApiServer.StartShopAsync();
        JsonElement document = (await server.GetAsync("/openapi/v1.json")).Json;
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<HttpStatusCode, int>();

        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var made = new DocumentedRequests(document, seed + worker);
            for (int i = 0; i < requests / Workers; i++)
            {
                (HttpRequestMessage request, string[]? statuses) = made.Next();
                using (request)
                    seen.AddOrUpdate(await SendAsync(server, request, statuses, $"request {i} of worker {worker}, HYBRID_API_SEED={seed}"), 1,
                        (_, count) => count + 1);
            }
        }, Token)));

        output.WriteLine(string.Join(", ", seen.OrderBy(status => status.Key).Select(status => $"{status.Key} {status.Value}")));
        Assert.True(server.Errors.ToString().Length == 0, $"HYBRID_API_SEED={seed}: {server.Errors}");
        Assert.True(seen[HttpStatusCode.OK] > requests / 20, "Most requests were refused: they test little.");
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/v1/recommend?text=coffee")).Status);
    }

    [Fact]
    public async Task What_is_no_HTTP_is_refused_or_the_connection_closed_and_others_are_answered()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        await using ApiServer server = await ApiServer.StartShopAsync();
        int answered = 0;
        for (int i = 0; i < MostMalformed; i++)
        {
            byte[] request = System.Text.Encoding.Latin1.GetBytes(
                $"POST /v1/recommend HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{{\"text\":\"a\"}}");
            for (int n = 0; n <= random.Next(6); n++)
                request[random.Next(request.Length)] = (byte)random.Next(256);
            // What ends any request that lacks an end, and is none itself: the connection is closed behind it. Closed by the client, nobody would answer.
            byte[] sent = [.. request, .. System.Text.Encoding.Latin1.GetBytes($"{new string('x', 1_000)}\r\n\r\n")];
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, Token);
            NetworkStream stream = client.GetStream();
            using var answer = new MemoryStream();
            try
            {
                await stream.WriteAsync(sent, Token);
                await stream.CopyToAsync(answer, Token);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // It was closed without an answer.
            }
            string text = System.Text.Encoding.Latin1.GetString(answer.ToArray());
            answered += text.Length > 0 ? 1 : 0;
            Assert.True(text.Length == 0 || text.StartsWith("HTTP/1.1 2", StringComparison.Ordinal) || text.StartsWith("HTTP/1.1 4", StringComparison.Ordinal)
                || text.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), $"seed {seed}: {text}");
        }
        Assert.True(answered > MostMalformed / 2, $"seed {seed}: {answered} answers show little.");
        Assert.Equal("", server.Errors.ToString());
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/v1/recommend?text=coffee")).Status);
    }

    private static async Task<HttpStatusCode> SendAsync(ApiServer server, HttpRequestMessage request, string[]? statuses, string which)
    {
        string what = $"{request.Method} {request.RequestUri}, {which}";
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(Token);
        using HttpResponseMessage answer = await server.Client.SendAsync(request, Token);
        string text = await answer.Content.ReadAsStringAsync(Token), code = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        what = $"{code} for {what}: {(body.Length > 500 ? body[..500] : body)} got {text}";
        Assert.True(answer.StatusCode != HttpStatusCode.InternalServerError, $"{what} {server.Errors}");
        Assert.True(statuses is null || statuses.Contains(code) || answer.StatusCode == HttpStatusCode.RequestUriTooLong, what);
        // The server refuses such an address before it is anybody's.
        bool isNoAddress = answer.StatusCode == HttpStatusCode.RequestUriTooLong
            || (answer.StatusCode == HttpStatusCode.BadRequest && request.RequestUri?.OriginalString.Contains("%00", StringComparison.Ordinal) == true);
        if ((isNoAddress && text.Length == 0) || request.Method == HttpMethod.Head)
            return answer.StatusCode;
        string? type = answer.Content.Headers.ContentType?.MediaType;
        if (answer.IsSuccessStatusCode)
        {
            Assert.True(answer.StatusCode == HttpStatusCode.NoContent || type is "application/json", what);
            JsonDocument.Parse(text).Dispose();
            return answer.StatusCode;
        }
        Assert.True(type is "application/problem+json", what);
        JsonElement problem = JsonDocument.Parse(text).RootElement;
        Assert.True(problem.GetProperty("status").GetRawText() == code, what);
        foreach (string name in (string[])["type", "title", "detail", "what_to_do", "trace_id"])
            Assert.True(problem.TryGetProperty(name, out JsonElement value) && value.GetString() is { Length: > 0 }, what);
        if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            Assert.True(answer.Headers.RetryAfter is not null, what);
        return answer.StatusCode;
    }
}
