using Hybrid.Api.Answers;
using Hybrid.Api.Keys;
using Hybrid.Api.Reading;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hybrid.Api.Endpoints;

/// <summary>Adds routes, each with the guard around it and what the document says of it.</summary>
internal sealed class ApiRoutes(IEndpointRouteBuilder endpoints)
{
    /// <summary>What any route may answer that cannot do what it is asked.</summary>
    private static readonly int[] Faults = [400, 401, 403, 404, 408, 409, 412, 413, 415, 429, 500, 503];

    /// <summary>Maps a route that answers with JSON.</summary>
    /// <param name="summary">What it does, for the document.</param>
    /// <param name="role">What a key needs to ask it; null: it is asked without one.</param>
    /// <param name="body">What it takes, which is read before the request's turn.</param>
    /// <param name="waitsItsTurn">As <see cref="RequestGuard.RunAsync"/> has it.</param>
    public RouteHandlerBuilder Map(
        string method, string pattern, string summary, Func<ApiContext, HttpContext, CancellationToken, Task<Answer>> answer, bool waitsItsTurn = true,
        ApiRole? role = ApiRole.Query, BodyKind body = BodyKind.None) =>
        endpoints.MapMethods(pattern, [method], (Delegate)((HttpContext http) =>
        {
            // Asked for with each request: nothing is opened before the first.
            ApiContext api = http.RequestServices.GetRequiredService<ApiContext>();
            return api.Guard.RunAsync(http, (context, stop) => answer(api, context, stop), waitsItsTurn, role, body);
        })).WithSummary(summary).WithMetadata([.. Faults.Select(status => new ProducesResponseTypeMetadata(status, typeof(Problem), [Json.ProblemType]))]);
}
