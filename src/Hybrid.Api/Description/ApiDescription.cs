using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Hybrid.Api.Answers;
using Hybrid.Api.Endpoints;
using Hybrid.Api.Reading;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Hybrid.Api.Description;

/// <summary>The OpenAPI document, made from the routes and their types.</summary>
internal static partial class ApiDescription
{
    public const string Name = "v1";

    public const string Pattern = "/openapi/{documentName}.json";

    private const string KeyScheme = "key";

    public static void AddTo(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => Json.Configure(json.SerializerOptions));   // by which it names fields
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer((document, _, _) =>
            {
                Introduce(document);
                return Task.CompletedTask;
            });
            options.AddOperationTransformer((operation, context, _) =>
            {
                Describe(operation, context);
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer((schema, context, _) =>
            {
                Describe(schema, context.JsonPropertyInfo);
                if (context.JsonPropertyInfo is { } field)
                    FieldLimits.AddTo(schema, field, context.ApplicationServices.GetRequiredService<HybridApiOptions>());
                else if (BodyExamples.Of(context.JsonTypeInfo.Type) is { } example)
                    schema.Examples = [example];
                return Task.CompletedTask;
            });
        });
    }

    private static void Introduce(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Hybrid",
            Version = Name,
            Description = "Recommendations from a catalogue and from what shoppers do. What goes wrong is a problem (RFC 9457) with the field, its value and "
                + "what to do; fields that there are not are refused. A key is needed from the first `hybrid key create` on.",
        };
        document.Servers = [];   // where it was asked for
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A key of `hybrid key create`, hyb_….",
        };
        document.Security = [[], new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }];
    }

    private static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        string path = context.Description.RelativePath ?? "";
        operation.OperationId = NameOf(context.Description.HttpMethod ?? "", path);
        string tag = Segments(path).First(part => part != Name);
        operation.Tags = new HashSet<OpenApiTagReference>([new OpenApiTagReference(tag, context.Document)]);
        operation.Parameters ??= [];
        foreach (Match name in PathField().Matches(path))
            AddPathField(operation, name.Groups[1].Value);
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (JsonPropertyInfo field in metadata.OfType<QueryFields>().SelectMany(query => Json.Options.GetTypeInfo(query.Type).Properties))
        {
            OpenApiSchema schema = SchemaOf(field);
            FieldLimits.AddTo(schema, field, context.ApplicationServices.GetRequiredService<HybridApiOptions>());
            operation.Parameters.Add(new OpenApiParameter { Name = field.Name, In = ParameterLocation.Query, Schema = schema });
        }
        foreach (RequestHeader header in metadata.OfType<RequestHeader>())
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
    }

    private static void AddPathField(OpenApiOperation operation, string name)
    {
        if (operation.Parameters!.Any(parameter => parameter.Name == name))   // ! : the caller has made it
            return;
        operation.Parameters!.Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Path,
            Required = true,
            Description = name == "id" ? null : "Percent-encoded; a slash in it may stand as it is.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1 },
        });
    }

    /// <summary>What the converters read, which a generator of schemas cannot see.</summary>
    private static void Describe(OpenApiSchema schema, JsonPropertyInfo? field)
    {
        if (field is not null && HasConverter<IdConverter>(field))
        {
            // A number is read, too; but what says so in the document has clients send numbers alone.
            (schema.Type, schema.Description) = (JsonSchemaType.String | JsonSchemaType.Null, schema.Description ?? "An id, 1 to 100 bytes of UTF-8.");
        }
        else if (field is not null && (HasConverter<IdListConverter>(field) || HasConverter<OneOrManyConverter>(field)))
            schema.AnyOf = [new OpenApiSchema { Type = JsonSchemaType.String }, new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema() }];
        else if (field is not null && HasConverter<AttributesConverter>(field))
            (schema.Type, schema.AdditionalProperties) = (JsonSchemaType.Object | JsonSchemaType.Null, new OpenApiSchema());
    }

    private static OpenApiSchema SchemaOf(JsonPropertyInfo field)
    {
        Type type = Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType;
        if (type.IsEnum)
        {
            return new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [.. Enum.GetNames(type).Select(name => (JsonNode)System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name))],
            };
        }
        return new OpenApiSchema
        {
            Type = type == typeof(int) ? JsonSchemaType.Integer
                : type == typeof(float) || type == typeof(double) ? JsonSchemaType.Number
                : type == typeof(bool) ? JsonSchemaType.Boolean
                : JsonSchemaType.String,
        };
    }

    private static bool HasConverter<T>(JsonPropertyInfo field) => field.AttributeProvider?.GetCustomAttributes(typeof(JsonConverterAttribute), inherit: false)
        .OfType<JsonConverterAttribute>().Any(attribute => attribute.ConverterType == typeof(T)) == true;

    /// <summary>"getUser" of GET v1/users/{user}.</summary>
    private static string NameOf(string method, string path) => method.ToLowerInvariant()
        + string.Concat(Segments(path).Where(part => part != Name)
            .Select(part => char.ToUpperInvariant(part[0]) + part[1..].Replace("-", "", StringComparison.Ordinal)));

    private static IEnumerable<string> Segments(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Trim('{', '}', '*'));

    [GeneratedRegex(@"\{\**(\w+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex PathField();
}
