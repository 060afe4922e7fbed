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
