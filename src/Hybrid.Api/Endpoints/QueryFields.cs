namespace Hybrid.Api.Endpoints;

/// <summary>Says of a route, for the document, that its query string has the fields of a type.</summary>
internal sealed record QueryFields(Type Type);
