using System.Text.Json.Nodes;
using Hybrid.Api.Answers;
using Hybrid.Api.Messages;

namespace Hybrid.Api.Description;

/// <summary>An example of each body, for the document and for whoever tries it from the page.</summary>
internal static class BodyExamples
{
    private static readonly Dictionary<Type, string> Bodies = new()
    {
        [typeof(RecommendRequest)] = """{"user":"U17","segment":"de","count":5,"filter":"price < 100","explain":true}""",
        [typeof(SearchRequest)] = """{"text":"something to make coffee","count":5}""",
        [typeof(SimilarRequest)] = """{"count":5}""",
        [typeof(ItemBody)] = """
            {"id":"K1","title":"Espresso machine","category":"kitchen","price":349,"in_stock":true,"attributes":{"color":"black","watt":1450}}
            """,
        [typeof(EventBody)] = """{"user":"U17","item":"K1","kind":"purchase","time":"2026-01-31T12:00:00Z","id":"order-1234-1"}""",
        [typeof(EmbeddingsRequest)] = """{"input":["something to make coffee"]}""",
        [typeof(AnalogyRequest)] = """{"a":"K1","b":"K2","c":"H1","count":5}""",
        [typeof(Problem)] = """
            {"type":"urn:hybrid:bad-value","title":"A value cannot be used","status":400,"detail":"count takes 1 to 1000, not 0.","field":"count","value":"0",
             "what_to_do":"Give a whole number in this range.","trace_id":"0af7651916cd43dd8448eb211c80319c"}
            """,
    };

    /// <summary>Null where a type needs none.</summary>
    public static JsonNode? Of(Type type) => Bodies.TryGetValue(type, out string? body) ? JsonNode.Parse(body) : null;
}
