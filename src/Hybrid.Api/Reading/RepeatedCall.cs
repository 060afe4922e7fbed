using System.Buffers.Text;
using System.Security.Cryptography;
using Hybrid.Api.Answers;
using Hybrid.Api.Keys;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Reading;

/// <summary>The header Idempotency-Key: a call that is sent again with the same one, and the same body, counts once.</summary>
/// <remarks>Nothing is kept of the call but ids of its events, made from the header, the body and who sent it: they are in the transaction of the events, so
/// that a call is either there, and known, or not.</remarks>
internal static class RepeatedCall
{
    private const string Header = "Idempotency-Key";
    private const int MostCharacters = 255, HashBytes = 24;

    /// <summary>What the ids of the call's events begin with; null where it has no such header.</summary>
    /// <exception cref="RefusedException">The header is empty or too long, or comes twice.</exception>
    public static string? IdOf(HttpContext http, ReadOnlySpan<byte> body)
    {
        if (!http.Request.Headers.TryGetValue(Header, out Microsoft.Extensions.Primitives.StringValues given))
            return null;
        if (given.Count != 1 || given[0] is not { Length: > 0 and <= MostCharacters } key)
        {
            throw ProblemKind.BadValue.Refuse($"{Header} takes 1 to {MostCharacters} characters, once.", "Send a random id, the same for each repetition.",
                Header);
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{http.Items[KeyGate.KeyId]}\n{key}\n"));
        hash.AppendData(body);
        return Base64Url.EncodeToString(hash.GetHashAndReset().AsSpan(0, HashBytes));
    }
}
