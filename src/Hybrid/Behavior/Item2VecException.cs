namespace Hybrid.Behavior;

/// <summary>A behaviour model could not be trained, saved or loaded for a reason outside the arguments.</summary>
/// <example>./hybrid-data/item2vec.bin: load failed: the file is cut short: 1,024 of 51,320 bytes. Train it again with Item2Vec.Train.</example>
public class Item2VecException(string place, string operation, string reason, Exception? cause = null)
    : Exception($"{place}: {operation} failed: {reason}", cause)
{
    /// <summary>The model's file, or "item2vec" in training.</summary>
    public string Place { get; } = place;

    /// <summary>"training", "save" or "load".</summary>
    public string Operation { get; } = operation;
}
