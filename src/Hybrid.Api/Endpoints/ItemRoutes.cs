using System.Buffers.Text;
using Hybrid.Api.Answers;
using Hybrid.Api.Keys;
using Hybrid.Api.Messages;
using Hybrid.Api.Reading;
using Hybrid.Catalog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Endpoints;

/// <summary>/v1/items: the catalogue.</summary>
internal static class ItemRoutes
{
    // What is not UTF-8 would be read as another id.
    private static readonly System.Text.UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const string One = "/v1/items/{**item}", All = "/v1/items";

    public static void MapTo(ApiRoutes routes)
    {
        routes.Map("POST", All, "Adds items, or changes them.",
            UpsertAsync, role: ApiRole.Ingest, body: BodyKind.Rows)
            .Accepts<IReadOnlyList<ItemBody>>(Json.MediaType, "application/x-ndjson").Produces<RowsAnswer>();
        routes.Map("GET", All, "The items by id, a page at a time; or the one of an id.",
            (api, http, _) => Task.FromResult(List(api, http))).WithMetadata(new QueryFields(typeof(ItemPageRequest))).Produces<ItemPage>();
        routes.Map("DELETE", All, "Removes the item of an id.",
            async (api, http, stop) => await RemoveAsync(api, http, IdOf(JsonBody.Read<ItemPageRequest>(http.Request.Query)), stop),
            role: ApiRole.Ingest)
            .WithMetadata(new QueryFields(typeof(ItemPageRequest))).Produces<RemovedAnswer>();
        routes.Map("GET", One, "An item.",
            (api, http, _) => Task.FromResult(Get(api, IdOf(http)))).Produces<ItemBody>();
        routes.Map("PUT", One, "Writes an item whole.",
            PutAsync, role: ApiRole.Ingest, body: BodyKind.Object).Accepts<ItemBody>(Json.MediaType)
            .WithMetadata(new RequestHeader("If-Match", "The ETag that the item must still have.")).Produces<ItemBody>()
            .Produces<ItemBody>(StatusCodes.Status201Created);
        routes.Map("DELETE", One, "Removes an item.",
            (api, http, stop) => RemoveAsync(api, http, IdOf(http), stop), role: ApiRole.Ingest)
            .WithMetadata(new RequestHeader("If-Match", "The ETag that the item must still have.")).Produces<RemovedAnswer>();
    }

    private static async Task<Answer> UpsertAsync(ApiContext api, HttpContext http, CancellationToken cancellationToken)
    {
        var rows = Rows<ItemBody>.Read(RequestBody.Of(http), RequestBody.IsLines(http), api.Limits.MaxRows, "items");
        var items = new Item?[rows.Values.Count];
        var results = new RowResult[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            try
            {
                items[i] = rows.Values[i] is { } given ? given.Read() : throw new RefusedException(rows.Problems[i]);
            }
            catch (RefusedException refused)
            {
                results[i] = new(i + 1, rows.Values[i]?.Id, "refused", refused.Problem);
            }
        }
        Item[] good = [.. items.OfType<Item>()];
        IReadOnlyDictionary<ItemId, Item> before = api.Engine.Records.Find([.. good.Select(item => item.Id).Distinct()]);
        await api.Engine.AddAsync(good, cancellationToken);
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i] is { } item)
                results[i] = new(i + 1, item.IdAsGiven, before.ContainsKey(item.Id) ? "updated" : "created");
        }
        return new(new RowsAnswer(good.Length, items.Length - good.Length, results));
    }

    private static Answer List(ApiContext api, HttpContext http)
    {
        ItemPageRequest asked = JsonBody.Read<ItemPageRequest>(http.Request.Query);
        if (asked.Id is not null)
            return Get(api, IdOf(asked));
        RawPath.RequireWhole(http, "item");
        int count = FieldValues.Whole("count", asked.Count, 1, api.Limits.MaxCount);
        // One more than is asked for: whether there is a next page.
        IReadOnlyList<Item> items = api.Engine.Records.ReadItems(asked.Cursor is null ? default : AfterOf(asked.Cursor), count + 1);
        string? next = items.Count > count ? Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(items[count - 1].Id.Value)) : null;
        return new(new ItemPage([.. items.Take(count).Select(ItemBody.Of)], next));
    }

    private static Answer Get(ApiContext api, ItemId item) => api.Engine.Records.Find(item) is { } found
        ? Of(found)
        : throw ProblemKind.NotFound.Refuse($"There is no item '{item}'.", "Check the id, or add the item with POST /v1/items.", "item", item.Value);

    /// <summary>Writes one item whole; with If-Match only where it is still the one that was read, with If-None-Match: * only where it is not there.</summary>
    private static async Task<Answer> PutAsync(ApiContext api, HttpContext http, CancellationToken cancellationToken)
    {
        ItemId id = IdOf(http);
        ItemBody given = JsonBody.Read<ItemBody>(RequestBody.Of(http));
        if (given.Id is not null && FieldValues.Id<ItemId>("id", given.Id) != id)
            throw ProblemKind.BadValue.Refuse($"The address names the item '{id}', and the body another one.", "Leave id out of the body.", "id", given.Id);
        Item item = (given with { Id = given.Id ?? id.Value }).Read();
        ItemCondition condition = ItemCondition.Of(http.Request.Headers);
        bool isNew = false;
        await api.Engine.ReplaceAsync(item, before =>
        {
            condition.Require(id, before);
            isNew = before is null;
        }, cancellationToken);
        return Of(item) with { Status = isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK };
    }

    private static Answer Of(Item item) => new(ItemBody.Of(item)) { ETag = ItemCondition.TagOf(item) };

    private static async Task<Answer> RemoveAsync(ApiContext api, HttpContext http, ItemId item, CancellationToken cancellationToken)
    {
        ItemCondition condition = ItemCondition.Of(http.Request.Headers);
        return new(new RemovedAnswer(condition.IsNone
            ? await api.Engine.RemoveAsync([item], cancellationToken)
            : await api.Engine.RemoveAsync(item, before => condition.Require(item, before), cancellationToken)));
    }

    private static ItemId IdOf(HttpContext http) => FieldValues.Id<ItemId>("item", RawPath.Rest(http, 2, "item"));

    private static ItemId IdOf(ItemPageRequest asked) => asked.Id is { } id ? FieldValues.Id<ItemId>("id", id)
        : throw ProblemKind.BadValue.Refuse("Which item?", "Name it: /v1/items/P100, or ?id=P100.", "id");

    private static ItemId AfterOf(string cursor)
    {
        try
        {
            return new ItemId(Strict.GetString(Base64Url.DecodeFromChars(cursor)));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw ProblemKind.BadValue.Refuse("The cursor is none that a page has given.", "Give the next of a page as it is, or leave it out.", "cursor",
            cursor);
        }
    }
}
