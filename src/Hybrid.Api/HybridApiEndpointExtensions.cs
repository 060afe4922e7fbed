using Hybrid.Api.Endpoints;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

public static class HybridApiEndpointExtensions
{
    extension(IEndpointRouteBuilder endpoints)
    {
        /// <summary>Maps the API's routes, /v1/… and /health/…; <c>AddHybrid</c> and <c>AddHybridApi</c> register what they need.</summary>
        /// <remarks>What no route answers is the host's: <see cref="Hybrid.Api.HybridServer"/> answers it with problems, too.</remarks>
        public IEndpointRouteBuilder MapHybridApi()
        {
            var routes = new ApiRoutes(endpoints);
            QueryRoutes.MapTo(routes);
            ItemRoutes.MapTo(routes);
            EventRoutes.MapTo(routes);
            EmbeddingRoutes.MapTo(routes);
            VectorRoutes.MapTo(routes);
            AdminRoutes.MapTo(routes);
            HealthRoutes.MapTo(routes);
            return endpoints;
        }
    }
}
