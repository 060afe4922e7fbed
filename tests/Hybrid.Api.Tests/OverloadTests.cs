using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Hybrid.Api.Tests;

public sealed class OverloadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_there_is_no_room_for_is_refused_with_when_to_come_again_and_answered_as_soon_as_there_is()
    {
        await using ApiServer server = await ApiServer.StartShopAsync(new HybridApiOptions { MaxConcurrency = 1, MaxWaiting = 0 });
        string text = string.Join(' ', Enumerable.Repeat("headphones", 500));
        string many = JsonSerializer.Serialize(new { input = Enumerable.Repeat(text, 64) });
        Task<ApiServer.Reply> held = server.PostAsync("/v1/embeddings", many);
        ApiServer.Reply? refused = null;
        await ApiServer.EventuallyAsync(async () =>
        {
            if (held.IsCompleted && (await held).Status == HttpStatusCode.ServiceUnavailable)
                held = server.PostAsync("/v1/embeddings", many);   // one of those below had the turn when it came
            return (refused = await server.GetAsync("/v1/recommend?text=coffee")).Status != HttpStatusCode.OK;
        }, "the long request has the only turn");

        refused!.ExpectProblem(HttpStatusCode.ServiceUnavailable, "busy");   // ! : it was asked for
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/live")).Status);   // whoever watches it is answered
        Assert.Equal(HttpStatusCode.OK, (await held).Status);
        await ApiServer.EventuallyAsync(async () => (await server.GetAsync("/v1/recommend?text=coffee")).Status == HttpStatusCode.OK, "it answers again");
    }

    [Fact]
    public async Task A_client_that_sends_slowly_takes_no_turn()
    {
        await using ApiServer server = await ApiServer.StartShopAsync(new HybridApiOptions { MaxConcurrency = 1, MaxWaiting = 0 });
        using var slow = new HeldContent("""{"text":"headphones"}""");
        Task<ApiServer.Reply> held = server.SendAsync(HttpMethod.Post, "/v1/recommend", slow);
        await slow.Begun.WaitAsync(Token);
        for (int i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/v1/recommend?text=coffee")).Status);
        slow.Release();
        Assert.Equal(HttpStatusCode.OK, (await held).Status);
    }

    [Fact]
    public async Task A_client_that_reads_slowly_takes_no_turn()
    {
        await using ApiServer server = await ApiServer.StartAsync(new HybridApiOptions { MaxConcurrency = 1, MaxWaiting = 0 });
        const int items = 600;
        string text = new('x', 20_000);   // of all together more than the buffers on the way take
        await server.PostAsync("/v1/items", JsonSerializer.Serialize(Enumerable.Range(0, items).Select(i => new { id = $"P{i}", title = "a", text })));
        using var client = new TcpClient { ReceiveBufferSize = 4_096 };
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, Token);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET /v1/items?count={items} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), Token);
        byte[] begin = new byte[12];
        await client.GetStream().ReadExactlyAsync(begin, Token);
        Assert.Equal("HTTP/1.1 200", System.Text.Encoding.ASCII.GetString(begin));

        for (int i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/v1/items?count=1")).Status);
        using var rest = new MemoryStream();
        byte[] piece = new byte[64 << 10];
        while (rest.Length < items * text.Length)
        {
            int read = await client.GetStream().ReadAsync(piece, Token);
            Assert.NotEqual(0, read);
            rest.Write(piece, 0, read);
        }
    }

    [Fact]
    public async Task Bodies_that_would_take_more_memory_than_there_is_for_them_are_refused()
    {
        await using ApiServer server = await ApiServer.StartAsync(new HybridApiOptions { MaxBodyBytes = 1 << 20, MaxQueryBytes = 1 << 20 });
        var clients = new TcpClient[16];
        try
        {
            for (int i = 0; i < clients.Length; i++)
                clients[i] = await HoldAsync();
            string large = new('x', 100_000);   // refused for what it is, where it is taken
            ApiServer.Reply? refused = null;
            await ApiServer.EventuallyAsync(async () =>
            {
                for (int i = 0; i < clients.Length; i++)
                {
                    try
                    {
                        await clients[i].GetStream().WriteAsync(new byte[2_048], Token);
                    }
                    catch (IOException)
                    {
                        // It came while there was no room, or sent too little for some seconds.
                        clients[i].Dispose();
                        clients[i] = await HoldAsync();
                    }
                }
                return (refused = await server.PostAsync("/v1/events", large)).Status != HttpStatusCode.BadRequest;
            }, "there is no room");
            refused!.ExpectProblem(HttpStatusCode.ServiceUnavailable, "busy");   // ! : it was asked for
            Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/events", """{"user":"U1","item":"A"}""")).Status);   // a small one is taken
        }
        finally
        {
            Array.ForEach(clients, client => client?.Dispose());
        }

        // Says that it sends the most, and does so slowly.
        async Task<TcpClient> HoldAsync()
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, Token);
            await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                $"POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {1 << 20}\r\n\r\n["), Token);
            return client;
        }
    }

    [Fact]
    public async Task More_requests_than_there_are_turns_are_answered_or_refused_and_never_lost()
    {
        await using ApiServer server = await ApiServer.StartShopAsync(new HybridApiOptions { MaxConcurrency = 1, MaxWaiting = 2 });

        ApiServer.Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => server.GetAsync($"/v1/recommend?text=coffee{i}")));

        Assert.Contains(replies, reply => reply.Status == HttpStatusCode.OK);
        Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.OK), reply =>
        {
            reply.ExpectProblem(HttpStatusCode.ServiceUnavailable, "busy");
            Assert.Equal("1", reply.Headers["Retry-After"]);
        });
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/v1/recommend?text=coffee")).Status);
    }

    [Fact]
    public async Task A_client_that_does_not_send_its_body_is_told_so()
    {
        await using ApiServer server = await ApiServer.StartShopAsync(new HybridApiOptions { MaxConcurrency = 1, MaxWaiting = 0 });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, Token);
        await client.GetStream().WriteAsync("POST /v1/recommend HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"u8
            .ToArray(), Token);

        using var reader = new StreamReader(client.GetStream());
        string answer = await reader.ReadToEndAsync(Token);   // the service closes the connection

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        Assert.Contains("urn:hybrid:too-slow", answer, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/v1/recommend?text=coffee")).Status);
    }

    [Fact]
    public async Task On_a_full_disk_a_call_is_refused_whole_with_what_is_wrong_and_questions_are_answered()
    {
        const int aCall = 50;
        await using ApiServer server = await ApiServer.StartAsync(change: options => options with { Hybrid = options.Hybrid with { MostRecordPages = 60 } });
        int events = 0, items = 0;
        ApiServer.Reply told = await server.PostAsync("/v1/events", Events(0)), sent = await server.PostAsync("/v1/items", Items(0));
        for (int call = 1; call < 1_000 && (told.Status == HttpStatusCode.OK || sent.Status == HttpStatusCode.OK); call++)
        {
            events += told.Status == HttpStatusCode.OK ? aCall : 0;
            items += sent.Status == HttpStatusCode.OK ? aCall : 0;
            (told, sent) = (await server.PostAsync("/v1/events", Events(call)), await server.PostAsync("/v1/items", Items(call)));
        }

        told.ExpectProblem(HttpStatusCode.ServiceUnavailable, "failed");
        Assert.Contains("the disk is full", told["detail"], StringComparison.Ordinal);
        sent.ExpectProblem(HttpStatusCode.ServiceUnavailable, "failed");
        Assert.Contains("the disk is full", sent["detail"], StringComparison.Ordinal);
        Assert.Equal((events, items), ((int)server.Engine.Records.EventCount, (int)server.Engine.Records.ItemCount));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/v1/recommend?user=U1")).Status);

        static string Events(int call) => JsonSerializer.Serialize(Enumerable.Range(0, aCall).Select(i => new { user = $"U{i}", item = $"P{call}" }));
        static string Items(int call) => JsonSerializer.Serialize(
            Enumerable.Range(0, aCall).Select(i => new { id = $"P{call}-{i}", title = new string('x', 200) }));
    }

    [Fact]
    public async Task Bodies_that_do_not_say_how_long_they_are_count_as_they_come()
    {
        await using ApiServer server = await ApiServer.StartAsync(new HybridApiOptions { MaxConcurrency = 64, MaxWaiting = 256 });
        ApiServer.Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => server.SendAsync(HttpMethod.Post, "/v1/events",
            System.Net.Http.Json.JsonContent.Create(new { user = $"U{i}", item = "A" }))));   // in pieces, without a length
        Assert.All(replies, reply => Assert.Equal(HttpStatusCode.OK, reply.Status));
    }

    /// <summary>A body of which all but the last byte is sent, and that when it is released.</summary>
    private sealed class HeldContent : HttpContent
    {
        private readonly byte[] _body;
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HeldContent(string json)
        {
            _body = System.Text.Encoding.UTF8.GetBytes(json);
            Headers.ContentType = new("application/json");
        }

        /// <summary>Completes when the first part was sent.</summary>
        public Task Begun => _begun.Task;

        public void Release() => _released.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(_body.AsMemory(0, _body.Length - 1));
            await stream.FlushAsync();
            _begun.TrySetResult();
            await _released.Task;
            await stream.WriteAsync(_body.AsMemory(_body.Length - 1));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _body.Length;
            return true;
        }
    }
}
