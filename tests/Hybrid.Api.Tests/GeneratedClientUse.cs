using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Tasks;

namespace Hybrid.Generated;

/// <summary>What a generator of .NET leaves to whoever uses it: how words are written.</summary>
public partial class HybridClient
{
    static partial void UpdateJsonSerializerSettings(JsonSerializerOptions settings) =>
        settings.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
}

/// <summary>What a program does with the client that a generator makes of the document: each route once.</summary>
/// <remarks>Compiled by <c>GeneratedClientTests</c>, together with that client.</remarks>
public static class GeneratedClientUse
{
    /// <returns>What each route answered, in order.</returns>
    public static async Task<string[]> RunAsync(HttpClient http)
    {
        var client = new HybridClient(http);
        var said = new List<string> { (await client.GetHealthLiveAsync()).Status, (await client.GetHealthReadyAsync()).Status };
        RowsAnswer items = await client.PostItemsAsync([
            new ItemBody { Id = "H1", Title = "Wireless headphones", Category = "audio", Attributes = new Dictionary<string, object> { ["color"] = "black" } },
            new ItemBody { Id = "H2", Title = "Wired headphones", Category = "audio", Price = 19 },
            new ItemBody { Id = "K/1", Title = "Espresso machine", Category = "kitchen" },
            new ItemBody { Id = "K2", Title = "Coffee grinder", Category = "kitchen" }]);
        said.Add($"{items.Accepted} items");
        JobStatus indexing = await client.PostAdminIndexAsync();
        while (indexing.State == JobState.Running)
            indexing = await client.GetAdminJobsIdAsync(indexing.Id);
        said.Add($"index {indexing.State}");
        RowsAnswer events = await client.PostEventsAsync(
            from user in Enumerable.Range(0, 40)
            from item in (string[])["H1", "H2", "K/1", "K2"]
            select new EventBody { User = $"U{user}", Item = item, Kind = "view" }, "the-same-call");
        said.Add($"{events.Accepted} events");
        JobStatus training = await client.PostAdminTrainAsync();
        while (training.State == JobState.Running)
            training = await client.GetAdminJobsIdAsync(training.Id);
        said.Add($"train {training.State}, {(await client.GetAdminJobsAsync()).Count} jobs");
        said.Add((await client.DeleteAdminJobsIdAsync(training.Id)).State.ToString());

        said.Add(Ids(await client.PostRecommendAsync(new RecommendRequest { Item = "H1", Count = 1 })));
        said.Add(Ids(await client.GetRecommendAsync(text: "coffee", count: 1, filter: "category == \"kitchen\" and id == \"K2\"")));
        said.Add(Ids(await client.PostSearchAsync(new SearchRequest { Text = "wired headphones", Count = 1 })));
        said.Add(Ids(await client.GetSearchAsync(text: "wired headphones", count: 1)));
        said.Add(Ids(await client.PostSimilarItemAsync("H1", new SimilarRequest { Count = 1 })));
        said.Add(Ids(await client.GetSimilarItemAsync("H1", count: 1)));
        said.Add($"{(await client.GetItemsAsync(count: 2)).Items.Count} of a page");
        said.Add((await client.GetItemsItemAsync("K/1")).Title ?? "");
        said.Add((await client.PutItemsItemAsync("K3", new ItemBody { Title = "Kettle" })).Title ?? "");
        said.Add($"{(await client.DeleteItemsItemAsync("K3")).Removed + (await client.DeleteItemsAsync(id: "K/1")).Removed} removed");
        said.Add($"{(await client.PostEmbeddingsAsync(new EmbeddingsRequest { Input = ["coffee"] })).Data.Count} vector");
        said.Add($"{(await client.GetVectorsAnalogyAsync("H1", "H2", "K2", 1)).Results.Count} analogy");
        said.Add($"{(await client.PostVectorsAnalogyAsync(new AnalogyRequest { A = "H1", B = "H2", C = "K2", Count = 1 })).Results.Count} analogy");
        said.Add($"{(await client.GetUsersUserAsync("U1")).Events.Count} events of a user");
        said.Add($"{(await client.DeleteUsersUserAsync("U1")).Events} erased");
        said.Add($"{(await client.GetAdminDeadlettersAsync()).Count} dead letters");
        said.Add($"{(await client.GetAdminStatusAsync()).Items} items there");
        try
        {
            await client.GetAdminMigrationAsync();
        }
        catch (ApiException<Problem> refused)
        {
            said.Add($"{refused.StatusCode} {refused.Result.Type}");
        }
        try
        {
            await client.PostRecommendAsync(new RecommendRequest { User = "U2", Count = 0 });
        }
        catch (ApiException<Problem> refused)
        {
            said.Add($"{refused.StatusCode} {refused.Result.Field}");
        }
        return [.. said];
    }

    private static string Ids(QueryAnswer answer) => string.Join(' ', answer.Results.Select(result => result.Id));
}
