using System.Text.Json.Serialization;

namespace Hybrid.Milvus;

/// <summary>See <see cref="RowDocuments.Written"/>.</summary>
internal sealed record WrittenItem(string? Category, string? Brand, string? Attributes);

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(WrittenItem))]
[JsonSerializable(typeof(CollectionIdentity))]
[JsonSerializable(typeof(BulkLoad))]
internal sealed partial class RowJson : JsonSerializerContext;
