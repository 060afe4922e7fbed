namespace Hybrid.Api.Keys;

/// <summary>A key of the service, without its secret, which nobody can tell from this.</summary>
/// <param name="Id">By which it is listed and revoked; its first part, "hyb_Id_secret".</param>
/// <param name="Name">What it is for.</param>
/// <param name="Hash">SHA-256 of the whole key, in base64. The secret has 256 random bits, so that no slower hash is needed.</param>
/// <param name="Rate">Requests a second that it may ask for, on average; null: as many as the service answers.</param>
internal sealed record ApiKey(string Id, string Name, ApiRole Role, DateTimeOffset Created, string Hash, int? Rate = null);
