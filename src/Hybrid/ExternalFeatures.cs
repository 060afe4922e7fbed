using Hybrid.Streaming;
using Microsoft.Extensions.Logging;

namespace Hybrid;

/// <summary>A feature store outside the process, which many machines share: <c>options.UseRedisFeatures("redis://localhost:6379/shop")</c> of Hybrid.Redis
/// makes it.</summary>
public sealed class ExternalFeatures
{
    private readonly Func<ILoggerFactory, ISharedFeatures> _open;

    /// <param name="open">Waits for no connection.</param>
    internal ExternalFeatures(string name, Func<ILoggerFactory, ISharedFeatures> open) => (Name, _open) = (name, open);

    /// <summary>Its kind and place, "redis 127.0.0.1:6379/shop", without secrets.</summary>
    public string Name { get; }

    public override string ToString() => Name;

    internal ISharedFeatures Open(ILoggerFactory loggers) => _open(loggers);
}
