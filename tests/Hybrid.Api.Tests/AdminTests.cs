using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hybrid.Indexing;

namespace Hybrid.Api.Tests;

/// <summary>/v1/admin, /health and /metrics.</summary>
public sealed class AdminTests
{
    [Fact]
    public async Task A_service_over_an_empty_folder_is_ready_and_says_what_is_missing()
    {
        await using ApiServer server = await ApiServer.StartAsync();

        Assert.Equal("live", (await server.GetAsync("/health/live"))["status"]);
        ApiServer.Reply ready = await server.GetAsync("/health/ready");
        Assert.Equal((HttpStatusCode.OK, "ready"), (ready.Status, ready["status"]));
        Assert.Contains("POST /v1/items", ready["missing"], StringComparison.Ordinal);
        (await server.GetAsync("/v1/search?text=a")).ExpectProblem(HttpStatusCode.Conflict, "not-ready");
    }

    [Fact]
    public async Task Indexing_and_training_are_jobs_to_follow()
    {
        await using ApiServer server = await ApiServer.StartShopAsync();
        Assert.Equal(["events: POST /v1/events"], Missing(await server.GetAsync("/health/ready")));
        (await server.GetAsync("/v1/admin/jobs/99")).ExpectProblem(HttpStatusCode.NotFound, "not-found", "id");

        ApiServer.Reply failed = await server.EndAsync(await server.PostAsync("/v1/admin/train", ""));
        Assert.Equal("failed", failed["state"]);
        Assert.Contains("POST /v1/events", failed.Json.GetProperty("problem").GetProperty("what_to_do").GetString(), StringComparison.Ordinal);
        Assert.Empty(server.Errors.ToString());   // it is the caller's to mend

        await server.PostAsync("/v1/events", JsonSerializer.Serialize(Enumerable.Range(0, 20).SelectMany(user => (string[])["H1", "H2"],
            (user, item) => new { user = $"U{user}", item, time = "2026-01-31T12:00:00Z" })));
        ApiServer.Reply trained = await server.EndAsync(await server.PostAsync("/v1/admin/train", ""));
        Assert.Equal(("done", "1"), (trained["state"], trained["progress"]));
        Assert.Equal(20, trained.Json.GetProperty("result").GetProperty("sessions").GetInt32());
        IEnumerable<JsonElement> jobs = (await server.GetAsync("/v1/admin/jobs")).Json.EnumerateArray().Take(2);
        Assert.Equal(["train", "train"], jobs.Select(job => job.GetProperty("kind").GetString()));
        Assert.Equal("done", (await server.DeleteAsync($"/v1/admin/jobs/{trained["id"]}"))["state"]);

        ApiServer.Reply status = await server.GetAsync("/v1/admin/status");
        Assert.Equal(("4", "40", "20", "0"), (status["items"], status["events"], status["users"], status["not_indexed"]));
        Assert.Equal(2, status.Json.GetProperty("behavior").GetProperty("items").GetInt32());
    }

    [Fact]
    public async Task Metrics_count_requests_and_name_no_user()
    {
        await using ApiServer server = await ApiServer.StartShopAsync();
        await server.GetAsync("/v1/recommend?user=Somebody-Known&text=music");

        await ApiServer.EventuallyAsync(async () => (await server.GetAsync("/metrics")).Text.Contains("http_server_request_duration_seconds_count",
            StringComparison.Ordinal), "requests are counted");
        string metrics = (await server.GetAsync("/metrics")).Text;

        Assert.Contains("hybrid_encoding", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("Somebody", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_say_which_stores_answer()
    {
        await using ApiServer server = await ApiServer.StartAsync(change: options => options with
        {
            Hybrid = options.Hybrid with
            {
                Store = new ExternalStore("server shop.example:1", (_, _) =>
                    throw new VectorStoreException("server shop.example:1", "open", "nobody answers.", isTransient: true)),
            },
        });
        await ApiServer.EventuallyAsync(async () => Regex.IsMatch((await server.GetAsync("/metrics")).Text,
            """(?m)^hybrid_store_up\{.*store="vectors".*\} 0\b"""), "the store of vectors does not answer");
        Assert.Matches("""(?m)^hybrid_store_up\{.*store="records".*\} 1\b""", (await server.GetAsync("/metrics")).Text);
    }

    private static string?[] Missing(ApiServer.Reply ready) =>
        ready.Json.TryGetProperty("missing", out JsonElement missing) ? [.. missing.EnumerateArray().Select(what => what.GetString())] : [];
}
