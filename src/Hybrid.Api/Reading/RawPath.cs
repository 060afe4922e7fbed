using Hybrid.Api.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hybrid.Api.Reading;

/// <summary>Reads an id from the address as the client wrote it.</summary>
/// <remarks>A server decodes all of a path but %2F, so that of its own path nobody can tell the id "a/b" from the id "a%2Fb".</remarks>
internal static class RawPath
{
    /// <summary>What follows so many segments of the address, decoded: "a/b c" of /v1/items/a%2Fb%20c, and of /v1/items/a/b%20c.</summary>
    /// <param name="segments">Of the route, 2 for /v1/items/.</param>
    /// <param name="field">What the id is called in a refusal.</param>
    /// <exception cref="RefusedException">It is not UTF-8, percent-encoded; or the address has a segment that clients take away.</exception>
    public static string Rest(HttpContext http, int segments, string field)
    {
        string[] parts = PartsOf(http, field);
        int before = 1 + segments + (http.Request.PathBase.Value ?? "").Count(c => c == '/');
        return Decode(string.Join('/', parts.Skip(before))) ?? throw ProblemKind.BadValue.Refuse($"The {field} in the address is not percent-encoded UTF-8.",
            "Write each byte outside of A-Z a-z 0-9 - . _ ~ as % and two hexadecimal digits.", field, string.Join('/', parts));
    }

    /// <summary>That an address without an id is one as the client wrote it: /v1/items/. is not.</summary>
    /// <exception cref="RefusedException">It has a segment that clients take away.</exception>
    public static void RequireWhole(HttpContext http, string field) => PartsOf(http, field);

    private static string[] PartsOf(HttpContext http, string field)
    {
        string target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        int scheme = target.StartsWith('/') ? -1 : target.IndexOf("://", StringComparison.Ordinal);
        string path = (scheme < 0 ? target : target[target.IndexOf('/', scheme + 3)..]).Split('?', 2)[0];
        string[] parts = path.Split('/');
        return !parts.Any(part => Decode(part) is "." or "..") ? parts
            : throw ProblemKind.BadValue.Refuse($"The address has '.' or '..' in it, which clients and servers take away: nobody knows which {field} is meant.",
                "An id like this is reached with ?id= at /v1/items.", field, path);
    }

    /// <param name="written">Percent-encoded.</param>
    /// <param name="takesLonePercent">Whether a % that begins nothing stands for itself: 50%.</param>
    /// <returns>Null where it is not UTF-8.</returns>
    public static string? Decode(string written, bool takesLonePercent = false)
    {
        byte[] bytes = new byte[System.Text.Encoding.UTF8.GetMaxByteCount(written.Length)];
        int length = 0;
        for (int i = 0; i < written.Length; i++)
        {
            bool isByte = i + 2 < written.Length && char.IsAsciiHexDigit(written[i + 1]) && char.IsAsciiHexDigit(written[i + 2]);
            if (written[i] != '%' || (!isByte && takesLonePercent))
            {
                length += System.Text.Encoding.UTF8.GetBytes(written, i, 1, bytes, length);
                continue;
            }
            if (!isByte)
                return null;
            bytes[length++] = Convert.FromHexString(written.AsSpan(i + 1, 2))[0];
            i += 2;
        }
        ReadOnlySpan<byte> decoded = bytes.AsSpan(0, length);
        return System.Text.Unicode.Utf8.IsValid(decoded) ? System.Text.Encoding.UTF8.GetString(decoded) : null;
    }
}
