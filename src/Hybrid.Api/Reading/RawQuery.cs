using Hybrid.Api.Answers;
using Hybrid.Api.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Reading;

/// <summary>The query string of an address as the client wrote it.</summary>
internal static class RawQuery
{
    /// <summary>That nothing of it would be passed over, or taken for something else.</summary>
    /// <exception cref="RefusedException">The route has no parameters, or one of them is not UTF-8.</exception>
    public static void Require(HttpContext http)
    {
        if (http.Request.QueryString.Value is not { Length: > 1 } written)
            return;
        // The server leaves such bytes as they are written: %E9 would be an id of three characters.
        if (RawPath.Decode(written, takesLonePercent: true) is null)
        {
            throw ProblemKind.BadValue.Refuse("A parameter in the address is not percent-encoded UTF-8.",
                "Write each byte outside of A-Z a-z 0-9 - . _ ~ as % and two hexadecimal digits.", value: written);
        }
        if (http.GetEndpoint()?.Metadata.GetMetadata<QueryFields>() is null)
        {
            throw ProblemKind.UnknownField.Refuse($"{http.Request.Method} has no parameters at this address.",
                "Leave them out; those of a query that is posted go into the object.", http.Request.Query.Keys.FirstOrDefault());
        }
    }
}
