using System.Net;
using System.Text.Json;

namespace Hybrid.Api.Tests;

/// <summary>/v1/search, /v1/similar, /v1/recommend.</summary>
public sealed class QueryTests(QueryTests.ShopServer shop) : IClassFixture<QueryTests.ShopServer>
{
    private ApiServer Server => shop.Server;

    [Fact]
    public async Task A_search_answers_alike_whether_it_is_posted_or_in_the_address()
    {
        ApiServer.Reply posted = await Server.PostAsync("/v1/search", """{"text":"something to make coffee","count":2}""");
        ApiServer.Reply got = await Server.GetAsync("/v1/search?text=something%20to%20make%20coffee&count=2");

        Assert.Equal(HttpStatusCode.OK, posted.Status);
        Assert.Equal(["K1", "K2"], posted.Ids.Order());
        Assert.Equal(posted.Text, got.Text);
        Assert.Equal("application/json", got.Type);
    }

    [Fact]
    public async Task A_filter_narrows_and_an_attribute_that_no_item_has_is_warned_of()
    {
        ApiServer.Reply found = await Server.PostAsync("/v1/search", """{"text":"music","filter":"category == \"audio\" and price < 50"}""");
        ApiServer.Reply warned = await Server.PostAsync("/v1/search", """{"text":"music","filter":"attributes[\"colour\"] == \"black\""}""");

        Assert.Equal(["H2"], found.Ids);
        Assert.Empty(warned.Ids);
        Assert.Contains("'color'", warned.Json.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Similar_items_come_without_the_item_itself()
    {
        Assert.Equal("H2", (await Server.GetAsync("/v1/similar/H1?count=1")).Ids.Single());
        Assert.Equal("H2", (await Server.PostAsync("/v1/similar/H1", """{"count":1}""")).Ids.Single());
        (await Server.GetAsync("/v1/similar/nothing")).ExpectProblem(HttpStatusCode.NotFound, "not-found", "item");
    }

    [Fact]
    public async Task A_session_of_somebody_unknown_gets_recommendations_that_say_why()
    {
        ApiServer.Reply found = await Server.PostAsync("/v1/recommend", """{"history":["H1"],"count":1,"explain":true}""");

        Assert.Equal(["H2"], found.Ids);
        Assert.NotEmpty(found.Json.GetProperty("results")[0].GetProperty("why").GetString() ?? "");
    }

    [Fact]
    public async Task Ids_may_be_numbers_and_lists_may_have_commas()
    {
        Assert.Equal(HttpStatusCode.OK, (await Server.PostAsync("/v1/recommend", """{"user":17,"exclude":"H1,H2"}""")).Status);
        Assert.DoesNotContain("H1", (await Server.GetAsync("/v1/recommend?user=17&exclude=H1,H2&text=music")).Ids);
    }

    [Theory]
    [InlineData("""{"txet":"a"}""", "unknown-field", "txet", "'text'")]
    [InlineData("""{"text":"a","text":"b"}""", "bad-json", null, "JSON")]
    [InlineData("""{"text":5}""", "bad-value", "text", "a text")]
    [InlineData("""{"text":"a","count":"ten"}""", "bad-value", "count", "a whole number")]
    [InlineData("""{"text":"a","count":99999999999}""", "bad-value", "count", "a whole number")]
    [InlineData("""{"text":"a","count":-1}""", "bad-value", "count", "1 to 1000")]
    [InlineData("""{"text":"a","count":0}""", "bad-value", "count", "1 to 1000")]
    [InlineData("""{"text":"a","count":1001}""", "bad-value", "count", "1 to 1000")]
    [InlineData("""{"text":"a","offset":-1}""", "bad-value", "offset", "0 to")]
    [InlineData("""{"text":"a","probes":0}""", "bad-value", "probes", "1 to")]
    [InlineData("""{"text":"a","min_score":2}""", "bad-value", "min_score", "cosine")]
    [InlineData("""{"text":"a","min_score":1e999}""", "bad-value", "min_score", "")]
    [InlineData("""{"text":"  "}""", "bad-value", "text", "words")]
    [InlineData("""{}""", "bad-value", "text", "missing")]
    [InlineData("""{"text":"a","filter":"price <"}""", "bad-filter", "filter", "column")]
    [InlineData("""{"text":"a","exclude":[""]}""", "bad-value", "exclude", "empty")]
    [InlineData("""{"text":"a","exclude":[{}]}""", "bad-value", "exclude", "a list")]
    [InlineData("""["text"]""", "bad-json", null, "object")]
    [InlineData("""null""", "bad-json", null, "object")]
    [InlineData("""{"text":"a\ud800"}""", "bad-value", "text", "a text")]
    [InlineData("""{"\ud800":"a"}""", "bad-json", null, "")]
    [InlineData("""{"text":"a"} {}""", "bad-json", null, "JSON")]
    [InlineData("""{"text":""", "bad-json", null, "Line 1")]
    [InlineData("", "bad-json", null, "JSON")]
    public async Task What_cannot_be_meant_is_refused_with_the_field_and_what_to_do(string body, string kind, string? field, string said)
    {
        ApiServer.Reply refused = await Server.PostAsync("/v1/search", body);

        refused.ExpectProblem(HttpStatusCode.BadRequest, kind, field);
        Assert.Contains(said, refused.Text.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/recommend", "bad-value", "text")]
    [InlineData("/v1/recommend?user=", "bad-value", "user")]
    [InlineData("/v1/recommend?user=a&user=b", "bad-value", "user")]
    [InlineData("/v1/recommend?usr=a", "unknown-field", "usr")]
    [InlineData("/v1/recommend?user=a&count=-1", "bad-value", "count")]
    [InlineData("/v1/recommend?user=a&explain=maybe", "bad-value", "explain")]
    [InlineData("/v1/recommend?text=a&item=H1", "bad-value", "item")]
    [InlineData("/v1/similar/", "bad-value", "item")]
    [InlineData("/v1/similar/%FF", "bad-value", "item")]
    [InlineData("/v1/similar/%00", "bad-value", "item")]
    public async Task So_is_what_stands_in_the_address(string address, string kind, string field)
    {
        ApiServer.Reply refused = await Server.GetAsync(address);

        if (refused.Text.Length == 0)
            Assert.Equal("/v1/similar/%00", address);   // the server itself takes no such address
        else
            refused.ExpectProblem(HttpStatusCode.BadRequest, kind, field);
    }

    [Fact]
    public async Task What_is_no_JSON_by_its_type_is_not_read()
    {
        (await Server.PostAsync("/v1/search", """{"text":"a"}""", "text/plain"))
            .ExpectProblem(HttpStatusCode.UnsupportedMediaType, "bad-media-type", "Content-Type");
        using var without = new ByteArrayContent("{}"u8.ToArray());
        (await Server.SendAsync(HttpMethod.Post, "/v1/search", without)).ExpectProblem(HttpStatusCode.UnsupportedMediaType, "bad-media-type", "Content-Type");
    }

    [Fact]
    public async Task An_address_without_a_route_and_a_method_that_it_does_not_have_are_problems_too()
    {
        (await Server.GetAsync("/v1/nothing")).ExpectProblem(HttpStatusCode.NotFound, "no-route", "path");
        ApiServer.Reply refused = await Server.SendAsync(HttpMethod.Put, "/v1/search");
        refused.ExpectProblem(HttpStatusCode.MethodNotAllowed, "bad-method", "method");
        Assert.Contains("POST", refused["what_to_do"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Browsers_are_told_to_keep_their_hands_off()
    {
        foreach (string path in (string[])["/health/live", "/v1/nothing", "/v1/search?text=a"])
        {
            IReadOnlyDictionary<string, string> headers = (await Server.GetAsync(path)).Headers;
            Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
            Assert.Contains("default-src 'none'", headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.Equal("no-referrer", headers["Referrer-Policy"]);
            Assert.False(headers.ContainsKey("Server"));
        }
    }

    [Fact]
    public async Task A_page_of_another_site_can_neither_write_nor_come_in_by_a_name_of_its_own()
    {
        (await Server.SendAsync(HttpMethod.Post, "/v1/admin/index", null, ("Origin", "https://evil.example")))
            .ExpectProblem(HttpStatusCode.Forbidden, "forbidden", "Origin");
        (await Server.SendAsync(HttpMethod.Get, "/v1/items", null, ("Host", "evil.example"))).ExpectProblem(HttpStatusCode.Forbidden, "forbidden", "Host");
    }

    [Fact]
    public async Task Vectors_are_those_of_the_encoder_as_numbers_and_in_base64()
    {
        ApiServer.Reply numbers = await Server.PostAsync("/v1/embeddings", """{"input":["coffee","music"],"model":"all-MiniLM-L6-v2"}""");
        ApiServer.Reply bytes = await Server.PostAsync("/v1/embeddings", """{"input":"coffee","encoding_format":"base64"}""");

        float[] coffee = numbers.Json.GetProperty("data")[0].GetProperty("embedding").Deserialize<float[]>()!;
        Assert.Equal(384, coffee.Length);
        byte[] written = bytes.Json.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();
        Assert.All(Enumerable.Range(0, 384), i => Assert.Equal(coffee[i], BitConverter.ToSingle(written, 4 * i), tolerance: 1e-6f));
        Assert.Equal(3, bytes.Json.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());   // [CLS] coffee [SEP]
        (await Server.PostAsync("/v1/embeddings", """{"input":"a","model":"gpt-9"}""")).ExpectProblem(HttpStatusCode.NotFound, "not-found", "model");
        (await Server.PostAsync("/v1/embeddings", """{"input":[]}""")).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "input");
        (await Server.PostAsync("/v1/embeddings", """{"input":"a","dimensions":5}""")).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "dimensions");
        (await Server.PostAsync("/v1/embeddings", """{"input":"a","encoding_format":"hex"}"""))
            .ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "encoding_format");
    }

    [Fact]
    public async Task The_official_client_of_OpenAI_gets_its_vectors_here()
    {
        var client = new OpenAI.Embeddings.EmbeddingClient("all-MiniLM-L6-v2", new System.ClientModel.ApiKeyCredential("none"),
            new OpenAI.OpenAIClientOptions { Endpoint = new Uri(Server.Address, "/v1") });

        OpenAI.Embeddings.OpenAIEmbeddingCollection made = await client.GenerateEmbeddingsAsync(["coffee", "music"],
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(2, made.Count);
        Assert.Equal("all-MiniLM-L6-v2", made.Model);
        Assert.Equal(6, made.Usage.InputTokenCount);
        Assert.Equal(Server.Engine.Encoder.Encode("music", Encoding.TextRole.Passage), made[1].ToFloats().ToArray());
    }

    /// <summary>One service for all tests of the class, which only ask.</summary>
    public sealed class ShopServer : IAsyncLifetime
    {
        internal ApiServer Server { get; private set; } = null!;   // set before the first test

        public async ValueTask InitializeAsync() => Server = await ApiServer.StartShopAsync();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
