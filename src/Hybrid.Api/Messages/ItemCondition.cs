using System.Text.Json;
using Hybrid.Api.Answers;
using Hybrid.Catalog;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hybrid.Api.Messages;

/// <summary>What a request wants an item to be before it changes it: the headers If-Match and If-None-Match.</summary>
/// <param name="Match">The tags of which it must have one; ["*"]: any; null: no matter.</param>
/// <param name="IsToBeNew">Whether it must not be there.</param>
internal sealed record ItemCondition(IReadOnlyList<string>? Match, bool IsToBeNew)
{
    public bool IsNone => Match is null && !IsToBeNew;

    /// <exception cref="RefusedException">A header is none of these.</exception>
    public static ItemCondition Of(IHeaderDictionary headers)
    {
        string? isNone = headers.IfNoneMatch.Count == 0 ? null : headers.IfNoneMatch.ToString();
        if (isNone is not null && isNone != "*")
            throw ProblemKind.BadValue.Refuse("If-None-Match takes * here.", "Send If-None-Match: *, or leave it out.", "If-None-Match", isNone);
        if (headers.IfMatch.Count == 0)
            return new(null, isNone is not null);
        return EntityTagHeaderValue.TryParseStrictList([.. headers.IfMatch.OfType<string>()], out IList<EntityTagHeaderValue>? tags)
            ? new([.. tags.Where(tag => !tag.IsWeak).Select(tag => tag.Tag.ToString())], isNone is not null)
            : throw ProblemKind.BadValue.Refuse("If-Match takes tags in quotes.", "Send the ETag of GET /v1/items/… as it came.", "If-Match",
                headers.IfMatch.ToString());
    }

    /// <summary>The tag of an item: another one for other fields, whoever changed them.</summary>
    public static string TagOf(Item item)
    {
        ItemBody whole = ItemBody.Of(item);
        ItemBody sorted = whole with { Attributes = whole.Attributes?.OrderBy(named => named.Key, StringComparer.Ordinal).ToDictionary() };
        return $"\"{System.IO.Hashing.XxHash128.HashToUInt128(JsonSerializer.SerializeToUtf8Bytes(sorted, Json.Options)):x32}\"";
    }

    /// <exception cref="RefusedException">The item is not as the request wants it.</exception>
    public void Require(ItemId id, Item? item)
    {
        if (IsToBeNew && item is not null)
            throw ProblemKind.Changed.Refuse($"The item '{id}' is there already.", "Leave If-None-Match out to replace it.", "If-None-Match");
        if (Match is not null && (item is null || !(Match.Contains("*") || Match.Contains(TagOf(item)))))
        {
            throw ProblemKind.Changed.Refuse(item is null ? $"There is no item '{id}' any more." : $"The item '{id}' has changed since it was read.",
                "Read it again, and repeat the change on what it is now.", "If-Match");
        }
    }
}
