using System.Net;
using System.Text.Json;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Api.Tests;

/// <summary>What is left of somebody who was erased.</summary>
public sealed class ErasureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_an_erasure_and_a_training_the_model_is_to_the_bit_that_of_a_service_that_never_knew_them()
    {
        await using ApiServer erased = await StartAsync(), never = await StartAsync();
        object[] others = [.. Enumerable.Range(0, 60).SelectMany(user => "ABCDEFGH", (user, item) => Event($"U{user}", $"{(char)(item + user % 3)}"))];
        object[] somebody = [.. Enumerable.Range(0, 200).Select(i => Event("Somebody", i % 2 == 0 ? "A" : "X"))];
        await erased.PostAsync("/v1/events", JsonSerializer.Serialize(others.Take(200).Concat(somebody).Concat(others.Skip(200))));
        await never.PostAsync("/v1/events", JsonSerializer.Serialize(others));
        await TrainAsync(erased);   // which has learned of them
        Assert.True((await ModelAsync(erased)).Contains(new ItemId("X")));

        Assert.Equal(HttpStatusCode.OK, (await erased.DeleteAsync("/v1/users/Somebody")).Status);
        await TrainAsync(erased);
        await TrainAsync(never);

        Item2VecModel with = await ModelAsync(erased), without = await ModelAsync(never);
        Assert.Equal(without.Items, with.Items);
        Assert.All(with.Items, item =>
        {
            Assert.True(with.TryGetVector(item, out ReadOnlyMemory<float> one) && without.TryGetVector(item, out ReadOnlyMemory<float> other)
                && one.Span.SequenceEqual(other.Span), $"The vector of {item} is another one.");
        });

        static Task<ApiServer> StartAsync() => ApiServer.StartAsync(change: options => options with
        {
            Hybrid = options.Hybrid with { Behavior = new Item2VecOptions { VectorSize = 16, Sample = 0, Workers = 1, Seed = 3 } },
        });

        static object Event(string user, string item) => new { user, item, kind = "view", time = "2026-01-31T12:00:00Z" };

        static async Task TrainAsync(ApiServer server) =>
            Assert.Equal("done", (await server.EndAsync(await server.PostAsync("/v1/admin/train", ""))).Json.GetProperty("state").GetString());

        static async Task<Item2VecModel> ModelAsync(ApiServer server) => await server.Engine.OpenBehaviorAsync(Token)
            ?? throw new InvalidOperationException("There is no model.");
    }

    [Theory]
    [InlineData("GET", "/v1/items?count=-1", null, "count")]
    [InlineData("GET", "/v1/users/U?count=-1", null, "count")]
    [InlineData("GET", "/v1/similar/A?count=-1", null, "count")]
    [InlineData("GET", "/v1/similar/A?offset=-1", null, "offset")]
    [InlineData("GET", "/v1/recommend?user=U&probes=-1", null, "probes")]
    [InlineData("GET", "/v1/admin/dead-letters?count=-1", null, "count")]
    [InlineData("GET", "/v1/vectors/analogy?a=A&b=B&c=C&count=-1", null, "count")]
    [InlineData("POST", "/v1/embeddings", """{"input":"a","dimensions":-1}""", "dimensions")]
    [InlineData("POST", "/v1/recommend", """{"user":""}""", "user")]
    [InlineData("POST", "/v1/recommend", """{"history":[""]}""", "history")]
    [InlineData("GET", "/v1/recommend?item=", null, "item")]
    public async Task A_number_below_zero_and_an_empty_id_are_refused_on_every_route(string method, string path, string? body, string field)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        using HttpContent? content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        (await server.SendAsync(new HttpMethod(method), path, content)).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", field);
    }
}
