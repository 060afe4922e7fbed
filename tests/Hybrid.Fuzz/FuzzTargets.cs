using Hybrid.Catalog;

namespace Hybrid.Fuzz;

/// <summary>All targets, and the folder for those that read files by path.</summary>
public sealed class FuzzTargets : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, FuzzTarget> _targets;

    public FuzzTargets()
    {
        // The table of letters is read once a process, which is not what the input that needs it first costs.
        ComposedText.Of("e\u0301");
        FuzzTarget[] all =
        [
            .. DataFileTargets.All(),
            FilterTarget.Make(),
            IndexTarget.Make(),
            ModelTargets.Item2Vec(_folder),
            ModelTargets.Manifest(_folder),
            RecordsTarget.Make(_folder),
            ModelTargets.Tokenizer(),
        ];
        _targets = all.ToDictionary(target => target.Name);
        Assert.Equal(Names, _targets.Keys);
    }

    public static string[] Names { get; } = ["items", "events", "encodings", "zip", "gzip", "filter", "index", "item2vec", "manifest", "records", "tokenizer"];

    internal FuzzTarget this[string name] => _targets[name];

    public void Dispose() => _folder.Dispose();
}
