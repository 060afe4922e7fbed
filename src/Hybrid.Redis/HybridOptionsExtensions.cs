namespace Hybrid.Redis;

public static class HybridOptionsExtensions
{
    extension(HybridOptions options)
    {
        /// <summary>The same, with features that many machines share: <c>new HybridOptions().UseRedisFeatures("redis://localhost:6379/shop")</c>.</summary>
        /// <param name="uri">As <see cref="RedisFeatureOptions.Parse(string)"/> reads it.</param>
        /// <exception cref="FormatException">It is malformed.</exception>
        public HybridOptions UseRedisFeatures(string uri) => options.UseRedisFeatures(RedisFeatureOptions.Parse(uri));

        /// <inheritdoc cref="UseRedisFeatures(HybridOptions, string)"/>
        public HybridOptions UseRedisFeatures(RedisFeatureOptions features)
        {
            ArgumentNullException.ThrowIfNull(options);
            ArgumentNullException.ThrowIfNull(features);
            return options with { SharedFeatures = new ExternalFeatures(features.ToString(), loggers => new RedisFeatureStore(features, loggers)) };
        }
    }
}
