using Hybrid;
using Hybrid.Api;
using Hybrid.Api.Endpoints;
using Hybrid.Api.Jobs;
using Hybrid.Api.Keys;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

public static class HybridApiServiceCollectionExtensions
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers what the routes of <c>MapHybridApi</c> need beside the engine, which <c>AddHybrid</c> registers.</summary>
        /// <param name="options">Limits; null: the default ones.</param>
        public IServiceCollection AddHybridApi(HybridApiOptions? options = null)
        {
            services.TryAddSingleton(options ?? new HybridApiOptions());
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton(provider => new ApiKeyFile(provider.GetRequiredService<HybridOptions>().DataPath,
                provider.GetRequiredService<TimeProvider>()));
            services.TryAddSingleton<KeyGate>();
            services.TryAddSingleton<RequestGuard>();
            services.TryAddSingleton<JobList>();
            services.TryAddSingleton<WarmUp>();
            services.AddHostedService(provider => provider.GetRequiredService<WarmUp>());
            services.TryAddSingleton<ApiContext>();
            return services;
        }
    }
}
