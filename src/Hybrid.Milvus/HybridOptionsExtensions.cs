using Hybrid.Indexing;
using Hybrid.Milvus.Client;
using Microsoft.Extensions.Logging;

namespace Hybrid.Milvus;

public static class HybridOptionsExtensions
{
    extension(HybridOptions options)
    {
        /// <summary>The same, with the vectors on a Milvus server: <c>new HybridOptions().UseMilvus("milvus://localhost:19530/shop")</c>.</summary>
        /// <param name="uri">As <see cref="MilvusStoreOptions.Parse(string)"/> reads it.</param>
        /// <exception cref="FormatException">It is malformed, or a file that it names cannot be read.</exception>
        public HybridOptions UseMilvus(string uri) => options.UseMilvus(MilvusStoreOptions.Parse(uri));

        /// <inheritdoc cref="UseMilvus(HybridOptions, string)"/>
        public HybridOptions UseMilvus(MilvusStoreOptions store)
        {
            ArgumentNullException.ThrowIfNull(options);
            return options with { Store = store.ToExternalStore() };
        }
    }

    /// <summary>The store as an engine takes it: opened when it is needed.</summary>
    public static ExternalStore ToExternalStore(this MilvusStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string name = options.ToString();
        return new ExternalStore(name, async (loggers, cancellationToken) =>
        {
            try
            {
                return await MilvusVectorStore.OpenAsync(options, loggers.CreateLogger<MilvusVectorStore>(), cancellationToken).ConfigureAwait(false);
            }
            catch (MilvusException e)
            {
                throw new VectorStoreException(name, "open", e.Reason, e.IsTransient, e);   // a certificate that cannot be read
            }
            catch (VectorStoreException e) when (e.IsTransient)
            {
                throw new VectorStoreException(e.Store, e.Operation, $"{ReasonOf(e).TrimEnd('.')}. Start the server, or name the one that runs "
                    + $"(milvus://host:port).",
                    isTransient: true, e);
            }
        });
    }

    private static string ReasonOf(VectorStoreException failure) => failure.Message[$"{failure.Store}: {failure.Operation} failed: ".Length..];
}
