using Hybrid;
using Hybrid.Indexing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

public static class HybridServiceCollectionExtensions
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers the <see cref="HybridEngine"/> of the data folder that <paramref name="options"/> name, as a singleton, and its text
        /// encoder.</summary>
        /// <remarks>
        /// Nothing is opened before the engine is first asked for. An <see cref="IVectorStore"/> that is registered already is the one that the engine
        /// uses; without one it uses the embedded store. What is indexed and trained later is served without asking for the engine again.
        /// </remarks>
        public IServiceCollection AddHybrid(HybridOptions options)
        {
            ArgumentNullException.ThrowIfNull(options);
            services.TryAddSingleton(options);
            services.TryAddSingleton(provider => HybridEngine.Open(options, provider.GetService<IVectorStore>(), provider.GetService<ILoggerFactory>()));
            services.TryAddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(provider => provider.GetRequiredService<HybridEngine>().Encoder);
            return services;
        }

        /// <summary>As <see cref="AddHybrid(IServiceCollection, HybridOptions)"/>, with the default options changed: <c>AddHybrid(o => o with { DataPath =
        /// "my-shop" })</c>.</summary>
        public IServiceCollection AddHybrid(Func<HybridOptions, HybridOptions> configure)
        {
            ArgumentNullException.ThrowIfNull(configure);
            return services.AddHybrid(configure(new HybridOptions()));
        }
    }
}
