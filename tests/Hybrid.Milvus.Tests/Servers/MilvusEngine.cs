namespace Hybrid.Milvus.Tests.Servers;

/// <summary>The two kinds of server that the tests run on: infra/README.md has what each can do.</summary>
public enum MilvusEngine
{
    /// <summary>milvus-lite, a server in Python.</summary>
    Lite,

    /// <summary>Milvus itself.</summary>
    Standalone,
}
