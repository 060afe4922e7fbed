using System.Net;
using System.Text.Json;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Api.Tests;

/// <summary>While a migration divides the traffic, an answer says which collection it comes from, and who asks can name one.</summary>
public sealed class MigrationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_says_which_collection_gave_it_and_a_query_can_ask_for_one()
    {
        await using ApiServer server = await ApiServer.StartShopAsync();
        (await server.GetAsync("/v1/admin/migration")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        await server.Engine.PlanMigrationAsync(new MigrationPlan { Name = "e5", Encoder = "multilingual-e5-small-en-zh" }, Token);
        MigrationStatus status = await server.Engine.StartMigrationAsync(cancellationToken: Token);
        while (status.Stage < MigrationStage.Shadowing)
            status = await server.Engine.NextMigrationAsync(cancellationToken: Token);

        JsonElement shown = (await server.GetAsync("/v1/admin/migration")).Json;
        Assert.Equal(
            ("e5", "shadowing", 4), (shown.GetProperty("name").GetString(), shown.GetProperty("stage").GetString(), shown.GetProperty("items").GetInt32()));
        Assert.Equal(("products@1", "old"), OriginOf(await server.GetAsync("/v1/search?text=headphones&user=U1")));
        Assert.Equal(("products@2", "new"), OriginOf(await server.GetAsync("/v1/search?text=headphones&user=U1&variant=new")));
        Assert.Equal(("products@2", "new"), OriginOf(await server.PostAsync("/v1/recommend", """{"item":"H1","variant":"new"}""")));

        while (status.Share < 1)
            status = await server.Engine.NextMigrationAsync(force: true, cancellationToken: Token);
        Assert.Equal(("products@2", "new"), OriginOf(await server.GetAsync("/v1/similar/H1?user=U1")));
        Assert.Equal(("products@2", "new"), OriginOf(await server.PostAsync("/v1/recommend", """{"item":"H1","user":"U1","request":"r-17"}""")));
        Assert.Equal(("products@1", "old"), OriginOf(await server.GetAsync("/v1/recommend?item=H1&variant=old")));
    }

    [Fact]
    public async Task A_segment_is_led_over_by_its_own_share_on_every_route_of_queries()
    {
        await using ApiServer server = await ApiServer.StartShopAsync();
        await server.Engine.PlanMigrationAsync(new MigrationPlan { Name = "shorter", Dimension = 128 }, Token);
        MigrationStatus status = await server.Engine.StartMigrationAsync(cancellationToken: Token);
        while (status.Stage < MigrationStage.Shadowing)
            status = await server.Engine.NextMigrationAsync(cancellationToken: Token);
        await server.Engine.NextMigrationAsync(force: true, cancellationToken: Token);
        await server.Engine.DivideTrafficAsync(
            new TrafficRules { Segments = new Dictionary<string, double> { ["staff"] = 1, ["Île-de-France"] = 0 } }, cancellationToken: Token);
        foreach ((string segment, (string?, string?) expected) in ((string, (string?, string?))[])
            [("staff", ("products@2", "new")), ("Île-de-France", ("products@1", "old"))])
        {
            string escaped = Uri.EscapeDataString(segment);
            foreach (string address in (string[])[$"/v1/search?text=headphones&segment={escaped}", $"/v1/similar/H1?user=U1&segment={escaped}",
                $"/v1/recommend?item=H1&user=U1&segment={escaped}"])
                Assert.Equal(expected, OriginOf(await server.GetAsync(address)));
            foreach ((string address, string query) in ((string, string)[])
                [("/v1/search", "\"text\":\"headphones\""), ("/v1/similar/H1", "\"user\":\"U1\""), ("/v1/recommend", "\"item\":\"H1\"")])
                Assert.Equal(expected, OriginOf(await server.PostAsync(address, $$"""{{{query}},"segment":"{{segment}}"}""")));
        }
    }

    [Fact]
    public async Task A_segment_that_is_blank_or_too_long_or_written_otherwise_is_refused()
    {
        await using ApiServer server = await ApiServer.StartShopAsync();
        (await server.GetAsync("/v1/search?text=headphones&segment=%20")).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "segment");
        (await server.PostAsync("/v1/recommend", """{"item":"H1","segment":7}""")).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "segment");
        (await server.PostAsync("/v1/similar/H1", $$"""{"segment":"{{new string('a', 8_193)}}"}""")).ExpectProblem(
            HttpStatusCode.RequestEntityTooLarge, "too-large", "segment");
        ApiServer.Reply misspelt = await server.GetAsync("/v1/recommend?item=H1&segmnt=de");
        misspelt.ExpectProblem(HttpStatusCode.BadRequest, "unknown-field", "segmnt");
        Assert.Contains("segment", misspelt.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("1")]
    public async Task A_variant_that_there_is_not_is_refused(string variant)
    {
        await using ApiServer server = await ApiServer.StartShopAsync();
        (await server.GetAsync($"/v1/search?text=headphones&variant={variant}")).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "variant");
    }

    private static (string? Collection, string? Variant) OriginOf(ApiServer.Reply reply)
    {
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        JsonElement origin = reply.Json.GetProperty("origin");
        Assert.True(origin.GetProperty("snapshot").GetInt64() > 0);
        return (origin.GetProperty("collection").GetString(), origin.GetProperty("variant").GetString());
    }
}
