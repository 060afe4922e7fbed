using Hybrid.Encoding.Adapting;

namespace Hybrid.Encoding;

public sealed partial record ModelManifest
{
    /// <summary>What is put behind the network, and is part of the vectors' space; null: nothing.</summary>
    public TextAdapter? Adapter { get; private init; }

    /// <summary>The folder of the files, where the model was named by its adapter's file; null otherwise.</summary>
    internal string? EncoderFolder { get; private init; }

    /// <summary>This model with an adapter behind it.</summary>
    /// <exception cref="ModelException">The adapter belongs behind another model.</exception>
    public ModelManifest Adapted(TextAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        if (Adapter is not null)
            throw new ModelException(adapter.Name, $"{Name} has an adapter already. Give the model without it.");
        ModelManifest trained = adapter.Dimension < Dimension ? Truncated(adapter.Dimension) : this;
        if (adapter.Dimension != trained.Dimension || adapter.EncoderHash != trained.IdentityHash())
        {
            throw new ModelException(adapter.Name, $"it was trained behind {adapter.EncoderName}@{Brief(adapter.EncoderHash)} ({adapter.Dimension}-d), and "
                + $"this model is {Name}@{Brief(IdentityHash())} ({Dimension}-d). Give the model that it belongs to, or train another one.");
        }
        return trained with { Name = $"{Name}+{adapter.Name}", Adapter = adapter };
    }

    /// <param name="path">The adapter's file.</param>
    private static ModelManifest LoadAdapted(string path)
    {
        TextAdapter adapter = TextAdapter.Load(path);
        // A model that moved together with the adapter is beside it.
        string beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(adapter.Encoder));   // ! : it is a file
        string folder = Directory.Exists(adapter.Encoder) || !Directory.Exists(beside) ? adapter.Encoder : beside;
        if (!ModelFolder.IsShipped(folder) && !Directory.Exists(folder))
        {
            throw new ModelException(path, $"the model that it was trained behind, {adapter.EncoderName}, is no longer in {folder}. "
                + "Put it back, or beside this file.");
        }
        folder = ModelFolder.Find(folder);
        return Load(folder).Adapted(adapter) with { EncoderFolder = folder };
    }

    private static string Brief(string hash) => hash[..Math.Min(16, hash.Length)];
}
