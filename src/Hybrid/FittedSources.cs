using System.Collections.Concurrent;
using Hybrid.Recommending.Sources;
using Hybrid.Records;

namespace Hybrid;

/// <summary>The fitted sources of a snapshot, each read from its file when it is first asked.</summary>
/// <remarks>Threads: every member may be called concurrently; each file is read once. A failure is not kept: the next request tries again.</remarks>
internal sealed class FittedSources
{
    private readonly IReadOnlyDictionary<string, string> _files;
    private readonly string _folder;
    private readonly Lock _loading = new();
    private readonly ConcurrentDictionary<string, RecommendationSource> _loaded = new(StringComparer.Ordinal);
    private TrainingLog? _log;   // under _loading

    private FittedSources(IReadOnlyDictionary<string, string> files, string folder)
    {
        _files = files;
        _folder = folder;
    }

    /// <summary>Those that are fitted, in the order of tables.</summary>
    public IReadOnlyList<string> Names => [.. SavedSources.Names.Where(_files.ContainsKey)];

    /// <summary>The sources of a row.</summary>
    /// <param name="folder">Where their files are.</param>
    /// <param name="before">Those of the snapshot before: they stay where the row has the same, and what was asked of them is read at once of the new
    /// ones, so that one request waits while the others still have the old.</param>
    public static FittedSources Of(SnapshotRow row, string folder, FittedSources? before)
    {
        if (before is not null && before._files.Count == row.Sources.Count && before._files.All(file => row.Sources.GetValueOrDefault(file.Key) == file.Value))
            return before;
        var sources = new FittedSources(row.Sources, folder);
        foreach (string name in before?._loaded.Keys ?? [])
        {
            try
            {
                sources.Find(name);
            }
            catch (SourceException)
            {
                // It is for those to hear who ask it.
            }
        }
        return sources;
    }

    /// <summary>A source, or null where it is not fitted.</summary>
    /// <exception cref="SourceException">Its file or that of the log is missing or damaged.</exception>
    public RecommendationSource? Find(string name)
    {
        if (_loaded.TryGetValue(name, out RecommendationSource? loaded))
            return loaded;
        if (name == SavedSources.Log || !_files.TryGetValue(name, out string? file) || !_files.TryGetValue(SavedSources.Log, out string? log))
            return null;
        lock (_loading)
        {
            _log ??= SavedSources.LoadLog(_folder, log);
            return _loaded.GetOrAdd(name, _ => SavedSources.Load(_folder, file, name, _log, log));
        }
    }
}
