namespace Hybrid.Api.Endpoints;

/// <summary>Says of a route, for the document, that it takes a header.</summary>
internal sealed record RequestHeader(string Name, string Description);
