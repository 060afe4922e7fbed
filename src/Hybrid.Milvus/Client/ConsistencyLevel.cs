namespace Hybrid.Milvus.Client;

/// <summary>Which writes a search or a query must see.</summary>
public enum ConsistencyLevel
{
    /// <summary>All that were acknowledged before it began, whoever made them. Waits for the server's next time tick, 200 ms unless it is set
    /// otherwise.</summary>
    Strong = 0,

    /// <summary>All that this client made. Waits only for those.</summary>
    Session = 1,

    /// <summary>All but those of the last seconds. Waits for nothing.</summary>
    Bounded = 2,

    /// <summary>Whatever is there.</summary>
    Eventually = 3,
}
