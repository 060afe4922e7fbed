namespace Hybrid.Recommending.Sources;

/// <summary>Sources in files of a folder: the log once, and beside it a file for each source.</summary>
/// <remarks>The log has the history of every user by id, and sources that look into it, "session-knn" and the reasons of "sequential-rules" and "markov", show
/// what users did; the files of the others hold sums over users alone.</remarks>
internal static class SavedSources
{
    /// <summary>The log among the files.</summary>
    public const string Log = "log";

    /// <summary>What a file can hold; the others live on the index of texts.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. SourceFitter.Names.Where(name => !SourceFitter.NeedsTexts(name))];

    /// <summary>What is fitted where nothing is said: those that take seconds.</summary>
    public static IReadOnlyList<string> Quick { get; } = [.. Names.Where(name => name is not ("ease" or "item2vec" or "item2vec-last"))];

    /// <returns>The file's name.</returns>
    /// <exception cref="SourceException">It cannot be written.</exception>
    public static string SaveLog(TrainingLog log, string folder) => SourceFile.Save(folder, Log, "", log.Write);

    /// <summary>Saves a source under a name, beside its log.</summary>
    /// <inheritdoc cref="SaveLog"/>
    public static string Save(RecommendationSource source, string name, string folder, string logFile) => SourceFile.Save(folder, name, logFile, source.Write);

    /// <exception cref="SourceException">It is missing or damaged.</exception>
    public static TrainingLog LoadLog(string folder, string logFile) => SourceFile.Load(Path.Combine(folder, logFile), Log, "", TrainingLog.Read);

    /// <exception cref="SourceException">It is missing or damaged, or of another log.</exception>
    public static RecommendationSource Load(string folder, string file, string name, TrainingLog log, string logFile) =>
        SourceFile.Load<RecommendationSource>(Path.Combine(folder, file), name, logFile, saved => name switch
        {
            "popularity" or "popularity-recent" or "popularity-category" => PopularitySource.Read(log, saved),
            "item-knn" => ItemKnnSource.Read(log, saved),
            "markov" or "sequential-rules" => SequentialRulesSource.Read(log, saved),
            "session-knn" => SessionKnnSource.Read(log, saved),
            "ease" => EaseSource.Read(log, saved),
            "item2vec" or "item2vec-last" => VectorSource.Read(log, saved),
            _ => throw new FormatException($"no source '{name}' is kept in a file."),
        });
}
