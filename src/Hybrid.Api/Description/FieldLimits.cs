using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Hybrid.Api.Answers;
using Microsoft.OpenApi;

namespace Hybrid.Api.Description;

/// <summary>What a field is where it is left out, and what it may be at most.</summary>
internal static class FieldLimits
{
    private const string Messages = "Hybrid.Api.Messages";

    public static void AddTo(OpenApiSchema schema, JsonPropertyInfo field, HybridApiOptions limits)
    {
        if (field.DeclaringType.Namespace != Messages || !field.DeclaringType.Name.EndsWith("Request", StringComparison.Ordinal))
            return;
        schema.Default ??= DefaultOf(field);
        switch (field.Name)
        {
            case "count":
                (schema.Minimum, schema.Maximum) = ("1", Written(limits.MaxCount));
                break;
            case "offset":
                schema.Minimum = "0";
                break;
            case "text" or "group_by" or "request" or "segment":
                (schema.MinLength, schema.MaxLength) = (1, limits.MaxTextLength);
                break;
            case "filter":
                schema.MaxLength = limits.MaxFilterLength;
                break;
        }
    }

    /// <summary>As the message has it when nothing is said; null where that is nothing, or is said of no plain value.</summary>
    private static JsonNode? DefaultOf(JsonPropertyInfo field)
    {
        if (!field.PropertyType.IsValueType || Nullable.GetUnderlyingType(field.PropertyType) is not null
            || field.DeclaringType.GetConstructor(Type.EmptyTypes) is null)
            return null;
        object? value = field.Get?.Invoke(Activator.CreateInstance(field.DeclaringType)!);   // ! : a message is no Nullable
        return value is null ? null : System.Text.Json.JsonSerializer.SerializeToNode(value, value.GetType(), Json.Options);
    }

    private static string Written(int value) => value.ToString(CultureInfo.InvariantCulture);
}
