namespace Hybrid.Milvus.Tests.Servers;

/// <summary>The server that a test wants for itself.</summary>
internal sealed record MilvusProcessOptions
{
    /// <summary>As MILVUS_ENGINE says, else standalone.</summary>
    public MilvusEngine Engine { get; init; } = Environment.GetEnvironmentVariable("MILVUS_ENGINE") switch
    {
        null or "" or "standalone" => MilvusEngine.Standalone,
        "lite" => MilvusEngine.Lite,
        string other => throw new InvalidOperationException($"MILVUS_ENGINE is '{other}': set it to lite or standalone."),
    };

    /// <summary>Keys of milvus.yaml with their values ("quotaAndLimits.dml.enabled" = "true"); lite has none and ignores them.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long Milvus' parts go on without a word from their etcd: after a kill, the next start waits so long for its predecessor.</summary>
    /// <value>Default 8, for quick restarts. On a machine with much else to do, too few make Milvus end itself.</value>
    public int SessionSeconds { get; init; } = 8;

    /// <summary>Whether callers must say who they are (root, password Milvus). Lite cannot: it refuses to start.</summary>
    public bool Authorization { get; init; }
}
