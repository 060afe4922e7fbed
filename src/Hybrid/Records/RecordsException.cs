namespace Hybrid.Records;

/// <summary>The records could not do what they were asked for a reason outside the arguments.</summary>
/// <example>records ./hybrid-data/records.db: append events failed: the disk is full. Free some space and repeat: nothing of this write was kept.</example>
public sealed class RecordsException(string records, string operation, string reason, bool isTransient, Exception? cause = null)
    : Exception($"{records}: {operation} failed: {reason}", cause)
{
    /// <summary>Kind and file: "records ./hybrid-data/records.db".</summary>
    public string Records { get; } = records;

    public string Operation { get; } = operation;

    /// <summary>Whether the same call may succeed later: another process is writing.</summary>
    public bool IsTransient { get; } = isTransient;
}
