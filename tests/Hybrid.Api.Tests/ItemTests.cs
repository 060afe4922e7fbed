using System.Net;
using System.Text.Json;

namespace Hybrid.Api.Tests;

/// <summary>/v1/items.</summary>
public sealed class ItemTests
{
    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("a%b c")]
    [InlineData("50%")]
    [InlineData("?#&=+")]
    [InlineData("耳机 №1")]
    [InlineData("a//b/")]
    [InlineData("\"<script>'\\")]
    [InlineData("...")]
    [InlineData("😀")]
    public async Task An_id_of_any_characters_is_reached_by_its_address(string id)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        string path = $"/v1/items/{Uri.EscapeDataString(id)}";
        ApiServer.Reply made = await server.PostAsync("/v1/items", JsonSerializer.Serialize(new { id, title = "Something" }));

        Assert.Equal(["created"], made.RowStatuses);
        Assert.Equal(id, (await server.GetAsync(path))["id"]);
        Assert.Equal(id, (await server.GetAsync($"/v1/items?id={Uri.EscapeDataString(id)}"))["id"]);
        Assert.Equal("1", (await server.DeleteAsync(path))["removed"]);
        (await server.GetAsync(path)).ExpectProblem(HttpStatusCode.NotFound, "not-found", "item");
        Assert.Equal("0", (await server.DeleteAsync(path))["removed"]);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task An_id_that_no_address_can_hold_is_reached_by_a_parameter(string id)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.PostAsync("/v1/items", JsonSerializer.Serialize(new { id, title = "Something" }));

        Assert.Equal(id, (await server.GetAsync($"/v1/items?id={id}"))["id"]);
        Assert.Equal("1", (await server.DeleteAsync($"/v1/items?id={id}"))["removed"]);
    }

    [Fact]
    public async Task What_was_sent_is_given_back_as_it_was()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        const string item = """{"id":"P1","title":"T","text":"<b>x</b>","category":"c","brand":"b","price":12.5,"in_stock":false,"attributes":"""
            + """{"n":"5","tags":["a",1,true],"w":12.50}}""";

        await server.PostAsync("/v1/items", item);

        Assert.Equal(item, (await server.GetAsync("/v1/items/P1")).Text);
    }

    [Fact]
    public async Task Each_row_says_what_became_of_it_and_a_bad_one_costs_itself_alone()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.PostAsync("/v1/items", """{"id":"P1","title":"Old"}""");

        ApiServer.Reply answer = await server.PostAsync("/v1/items", """
            [{"id":"P1","title":"New"},{"id":"","title":"Empty"},{"id":"P3"},{"id":"P4","title":"T","price":"cheap"},{"id":"P5","titel":"T"},
             7,{"id":6,"title":"Six"},
             {"id":"P7","title":"T","price":1e999}]
            """);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(["updated", "refused", "refused", "refused", "refused", "refused", "created", "refused"], answer.RowStatuses);
        JsonElement rows = answer.Json.GetProperty("results");
        Assert.Equal(["id", "title", "price", "titel"], Enumerable.Range(1, 4).Select(i => rows[i].GetProperty("problem").GetProperty("field").GetString()));
        Assert.Equal(("2", "6"), (answer["accepted"], answer["refused"]));
        Assert.Equal("New", (await server.GetAsync("/v1/items/P1"))["title"]);
        Assert.Equal("Six", (await server.GetAsync("/v1/items/6"))["title"]);
    }

    [Fact]
    public async Task Lines_of_items_are_read_as_a_list_is()
    {
        await using ApiServer server = await ApiServer.StartAsync();

        ApiServer.Reply answer = await server.PostAsync("/v1/items", "{'id':'A','title':'a'}\r\n\n{broken\n{'id':'B','title':'b'}".Replace('\'', '"'),
            "application/x-ndjson");

        Assert.Equal(["created", "refused", "created"], answer.RowStatuses);
    }

    [Fact]
    public async Task Pages_put_together_are_the_whole()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        string[] ids = [.. Enumerable.Range(0, 25).Select(i => $"商品 {i:D2}")];
        await server.PostAsync("/v1/items", JsonSerializer.Serialize(ids.Select(id => new { id, title = "Something" })));

        List<string?> listed = [];
        string? cursor = null;
        do
        {
            ApiServer.Reply page = await server.GetAsync($"/v1/items?count=10{(cursor is null ? "" : $"&cursor={cursor}")}");
            listed.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
            cursor = page["next"];
        }
        while (cursor is not null);

        Assert.Equal(ids, listed);
        (await server.GetAsync("/v1/items?cursor=!")).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "cursor");
        (await server.GetAsync("/v1/items?count=0")).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "count");
    }

    [Fact]
    public async Task What_is_too_large_is_refused_before_anything_is_written()
    {
        await using ApiServer server = await ApiServer.StartAsync(new HybridApiOptions { MaxRows = 2, MaxBodyBytes = 2_000 });
        string row = """{"id":"A","title":"a"}""";

        (await server.PostAsync("/v1/items", $"[{row},{row},{row}]")).ExpectProblem(HttpStatusCode.RequestEntityTooLarge, "too-large", "items");
        (await server.PostAsync("/v1/items", $"{row}\n{row}\n{row}", "application/x-ndjson"))
            .ExpectProblem(HttpStatusCode.RequestEntityTooLarge, "too-large", "items");
        (await server.PostAsync("/v1/items", $"[{row}{new string(' ', 2_000)}]"))
            .ExpectProblem(HttpStatusCode.RequestEntityTooLarge, "too-large", "Content-Length");
        Assert.Equal(0, server.Engine.Records.ItemCount);
    }

    [Fact]
    public async Task A_deleted_item_is_found_no_more_at_once()
    {
        await using ApiServer server = await ApiServer.StartShopAsync();

        await server.DeleteAsync("/v1/items/H1");

        Assert.DoesNotContain("H1", (await server.GetAsync("/v1/search?text=headphones")).Ids);
        (await server.GetAsync("/v1/similar/H1")).ExpectProblem(HttpStatusCode.NotFound, "not-found", "item");
    }
}
