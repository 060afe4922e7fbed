using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Hybrid.Api.Tests;

/// <summary>A service over a folder of its own on a free port of this machine, and a client that asks it.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly HybridServer _server;

    private ApiServer(TemporaryFolder folder, HybridServer server, ErrorLog errors)
    {
        (_folder, _server, Errors) = (folder, server, errors);
        Client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public HttpClient Client { get; }

    /// <summary>What the service has logged as errors.</summary>
    public ErrorLog Errors { get; }

    public Uri Address => _server.Address;

    public HybridEngine Engine => _server.Engine;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ApiServer> StartAsync(
        HybridApiOptions? limits = null, TemporaryFolder? over = null, Func<HybridServerOptions, HybridServerOptions>? change = null)
    {
        TemporaryFolder folder = over ?? new TemporaryFolder();
        var options = new HybridServerOptions { Hybrid = new HybridOptions { DataPath = folder.File("data") }, Api = limits ?? new() };
        try
        {
            var errors = new ErrorLog();
            return new(folder, await HybridServer.StartAsync(change?.Invoke(options) ?? options, log => log.AddProvider(errors), Token), errors);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>A service over a small shop: two headphones, two things for coffee.</summary>
    public static async Task<ApiServer> StartShopAsync(HybridApiOptions? limits = null)
    {
        ApiServer server = await StartAsync(limits);
        await server.PostAsync("/v1/items", """
            [{"id":"H1","title":"Wireless headphones","category":"audio","price":99.5,"in_stock":true,"attributes":{"color":"black"}},
             {"id":"H2","title":"Wired in-ear headphones","category":"audio","price":19},
             {"id":"K1","title":"Espresso machine","category":"kitchen","price":349},
             {"id":"K2","title":"Coffee grinder","category":"kitchen","price":79}]
            """);
        await server.IndexAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Reply> PostAsync(string path, string json, string type = "application/json") =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, System.Text.Encoding.UTF8, type));

    public Task<Reply> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path)) { Content = content };
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await Client.SendAsync(request, Token);
        string text = await response.Content.ReadAsStringAsync(Token);
        bool isJson = text.Length > 0 && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new(response.StatusCode, response.Content.Headers.ContentType?.MediaType, text, isJson ? JsonDocument.Parse(text).RootElement : default)
        {
            Headers = response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase),
        };
    }

    /// <summary>Indexes what is not indexed yet, and waits until it is.</summary>
    public async Task IndexAsync() => Assert.Equal("done", (await EndAsync(await PostAsync("/v1/admin/index", ""))).Json.GetProperty("state").GetString());

    /// <summary>Follows a job to its end.</summary>
    public async Task<Reply> EndAsync(Reply accepted)
    {
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Reply? last = null;
        await EventuallyAsync(async () =>
        {
            last = await GetAsync(accepted.Headers["Location"]);
            return last.Json.GetProperty("state").GetString() != "running";
        }, "the job has ended");
        return last!;   // ! : it was asked for
    }

    /// <summary>Asks again and again until the answer is right; fails only when it never is.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> isRight, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await isRight())
        {
            Assert.False(limit.IsCancellationRequested, $"Never came true: {what}.");
            await Task.Yield();
        }
    }

    /// <summary>What the service answered.</summary>
    internal sealed record Reply(HttpStatusCode Status, string? Type, string Text, JsonElement Json)
    {
        public required IReadOnlyDictionary<string, string> Headers { get; init; }

        /// <summary>The ids of the results, in order.</summary>
        public IEnumerable<string?> Ids => Json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("id").GetString());

        /// <summary>The statuses of the rows, in order.</summary>
        public IEnumerable<string?> RowStatuses => Json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("status").GetString());

        /// <summary>A text of the answer, by its name; null where it is absent.</summary>
        public string? this[string name] => Json.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;

        /// <summary>It is a problem as it should be: of this kind, with what to do and a trace id.</summary>
        public void ExpectProblem(HttpStatusCode status, string kind, string? field = null)
        {
            Assert.True(Status == status, $"{Status} instead of {status}: {Text}");
            Assert.Equal("application/problem+json", Type);
            Assert.Equal($"urn:hybrid:{kind}", this["type"]);
            Assert.Equal(((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture), this["status"]);
            Assert.Equal(field, this["field"]);
            Assert.All((string[])["title", "detail", "what_to_do", "trace_id"], name => Assert.NotEmpty(this[name] ?? ""));
        }
    }
}
