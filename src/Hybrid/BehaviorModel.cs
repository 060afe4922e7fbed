using Hybrid.Behavior;
using Hybrid.Records;

namespace Hybrid;

/// <summary>The behaviour model of a snapshot, read from its file when it is first needed: a search does without.</summary>
/// <remarks>Threads: every member may be called concurrently; the file is read once. A failure is not kept: the next request tries again.</remarks>
/// <param name="hash">Which model it is; null where nothing is trained.</param>
/// <param name="path">Its file; null likewise.</param>
internal sealed class BehaviorModel(string? hash, string? path)
{
    private readonly Lock _loading = new();
    private volatile Item2VecModel? _model;

    /// <param name="folder">Where the models are.</param>
    public static BehaviorModel Of(SnapshotRow row, string folder) => new(row.BehaviorHash, row.BehaviorFile is null ? null : Path.Combine(folder,
        row.BehaviorFile));

    public string? Hash { get; } = hash;

    public bool IsLoaded => _model is not null;

    /// <summary>The model with what training goes on from, read anew; null where nothing is trained.</summary>
    /// <exception cref="Item2VecException">The file is missing or damaged, or has nothing to go on from.</exception>
    public Item2VecModel? LoadToContinue()
    {
        if (path is null)
            return null;
        Item2VecModel model = Item2VecModel.Load(path, toContinue: true);
        return model.CanContinue ? model
            : throw new Item2VecException(path, "continue", "an earlier Hybrid wrote it, which kept the vectors alone. Train everything anew once.");
    }

    /// <summary>The model, or null where nothing is trained.</summary>
    /// <exception cref="Item2VecException">The file is missing or damaged.</exception>
    public Item2VecModel? Load()
    {
        if (path is null || _model is { } loaded)
            return _model;
        lock (_loading)
            return _model ??= Item2VecModel.Load(path);
    }
}
