using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

public static class HybridServiceCollectionExtensions
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers the data folder that <paramref name="options"/> names, its store, its text encoder and its recommender, as singletons.</summary>
        /// <remarks>The recommender needs an indexed folder: resolving it before <see cref="HybridData.IndexAsync"/> has run throws an <see cref="InvalidOperationException"/> that says so.</remarks>
        public IServiceCollection AddHybrid(HybridOptions options)
        {
            ArgumentNullException.ThrowIfNull(options);
            return services
                .AddSingleton(options)
                .AddSingleton(provider => HybridData.Open(options, provider.GetService<ILoggerFactory>()))
                .AddSingleton<IVectorStore>(provider => provider.GetRequiredService<HybridData>().Store)
                .AddSingleton(provider => provider.GetRequiredService<HybridData>().Encoder)
                .AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(provider => provider.GetRequiredService<TextEncoder>())
                // The container builds synchronously; the embedded store opens synchronously too, so nothing waits on a thread here.
                .AddSingleton(provider => provider.GetRequiredService<HybridData>().OpenRecommenderAsync().GetAwaiter().GetResult());
        }
    }
}
