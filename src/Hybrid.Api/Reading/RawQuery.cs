using Hybrid.Api.Answers;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Reading;

/// <summary>The query string of an address as the client wrote it.</summary>
internal static class RawQuery
{
    /// <summary>That nothing of it would be passed over, or taken for something else.</summary>
    /// <param name="hasParameters">Whether the route reads any.</param>
    /// <exception cref="RefusedException">The route has no parameters, or one of them is not UTF-8.</exception>
    public static void Require(HttpRequest request, bool hasParameters)
    {
        if (request.QueryString.Value is not { Length: > 1 } written)
            return;
        // The server leaves such bytes as they are written: %E9 would be an id of three characters.
        if (RawPath.Decode(written, takesLonePercent: true) is null)
        {
            throw ProblemKind.BadValue.Refuse("A parameter in the address is not percent-encoded UTF-8.",
                "Write each byte outside of A-Z a-z 0-9 - . _ ~ as % and two hexadecimal digits.", value: written);
        }
        if (!hasParameters)
        {
            throw ProblemKind.UnknownField.Refuse($"{request.Method} has no parameters at this address.",
                "Leave them out; those of a query that is posted go into the object.", request.Query.Keys.FirstOrDefault());
        }
    }
}
