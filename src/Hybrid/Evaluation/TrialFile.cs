using System.Text.Json;
using Hybrid.Recommending.Sources;

namespace Hybrid.Evaluation;

/// <summary>The trials of a <see cref="Tuner"/>, a JSON line each as they end, so that what is killed goes on where it was.</summary>
/// <remarks>Those of another split are begun anew. A last line that was cut short is dropped.</remarks>
public sealed class TrialFile : IDisposable
{
    private readonly StateFile _file;
    private readonly Dictionary<(string Source, string Knobs), double> _trials = [];

    private TrialFile(StateFile file)
    {
        _file = file;
        foreach (Trial trial in file.Lines.Select(line => StateFile.Parse<Trial>(line, KnobFile.Json)).OfType<Trial>())
            _trials[(trial.Source, trial.Knobs)] = trial.Ndcg;
        Found = _trials.Count;
    }

    private sealed record Trial(string Source, string Knobs, double Ndcg);

    /// <summary>Trials of an earlier run on the same split.</summary>
    public int Found { get; }

    /// <summary>Whether the file had trials of other events or another split, which are gone.</summary>
    public bool WasOfAnother => _file.WasOfAnother;

    /// <summary>Opens the trials on a split, made where there is no file.</summary>
    /// <exception cref="IOException">It cannot be written, or another run has it.</exception>
    public static TrialFile Open(string path, Split split)
    {
        ArgumentNullException.ThrowIfNull(split);
        return new TrialFile(StateFile.Open(path, split.Hash));
    }

    public void Dispose() => _file.Dispose();

    /// <summary>What a trial scored; null where there was none.</summary>
    internal double? Find(string source, string knobs) => _trials.TryGetValue((source, knobs), out double score) ? score : null;

    /// <summary>Notes a trial; it is in the file when this returns.</summary>
    internal void Add(string source, string knobs, double score)
    {
        _trials[(source, knobs)] = score;
        _file.Add(JsonSerializer.Serialize(new Trial(source, knobs, score), KnobFile.Json));
    }
}
