using System.Security.Cryptography;
using Hybrid.Behavior;
using Hybrid.Behavior.Words;
using Hybrid.Cli.Output;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Cli.Queries;

/// <summary>The vectors that a word of the command line names, with the space that they are of.</summary>
/// <param name="Counts">How often each key occurred, in their order; null where that is not known.</param>
internal sealed record NamedVectors(VectorSpace Space, WordVectors Vectors, IReadOnlyList<long>? Counts)
{
    private const string Behavior = "behavior:", Text = "text:";

    /// <param name="name">A file of vectors, "behavior:" or "text:" and a data folder, "behavior:" and a model's file.</param>
    public static async Task<NamedVectors> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (name.StartsWith(Behavior, StringComparison.Ordinal))
            return await ReadBehaviorAsync(name[Behavior.Length..], cancellationToken);
        if (name.StartsWith(Text, StringComparison.Ordinal))
            return await ReadTextsAsync(name[Text.Length..], cancellationToken);
        if (Directory.Exists(name))
            throw new UsageException($"{name} is a folder: name its text:{name} or its behavior:{name}.");
        WordVectors vectors = await Terminal.RunAsync($"Reading {name}", 0, null,
            progress => Task.Run(() => WordVectors.Load(name, null, progress, cancellationToken), cancellationToken));
        await using FileStream file = File.OpenRead(name);
        string hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        return new NamedVectors(new VectorSpace(Path.GetFileName(name), hash, vectors.Dimension, VectorSpaceKind.Text), vectors, null);
    }

    /// <summary>What this and another share; null where that is nothing. Counts are those of the one that knows them.</summary>
    public SpacePairs? PairsWith(NamedVectors target)
    {
        string[] shared = [.. Vectors.Keys.Where(target.Vectors.Contains)];
        if (shared.Length == 0)
            return null;
        return new SpacePairs(Space, Rows(shared), target.Space, target.Rows(shared), target.CountsOf(shared) ?? CountsOf(shared));
    }

    private static async Task<NamedVectors> ReadBehaviorAsync(string place, CancellationToken cancellationToken)
    {
        Item2VecModel model;
        if (File.Exists(place))
        {
            model = Item2VecModel.Load(place);
        }
        else
        {
            await using HybridEngine engine = await OpenAsync(place, cancellationToken);
            model = await engine.OpenBehaviorAsync(cancellationToken)
                ?? throw new NotReadyException(NotReadyReason.NotTrained, $"Nothing is trained in {place}", "train behaviour vectors first");
        }
        return new NamedVectors(model.Space, WordVectors.Of(model), model.Counts);
    }

    private static async Task<NamedVectors> ReadTextsAsync(string folder, CancellationToken cancellationToken)
    {
        await using HybridEngine engine = await OpenAsync(folder, cancellationToken);
        IVectorCollection items = await engine.OpenItemsAsync(cancellationToken);
        var keys = new List<string>();
        var vectors = new List<float>();
        await foreach (ExportedItem item in engine.ExportAsync(cancellationToken))
        {
            if (item.Vector is not { } vector)
                continue;
            keys.Add(item.Item.Id.Value);
            vectors.AddRange(vector.Span);
        }
        return new NamedVectors(items.Space, new WordVectors(keys, vectors.ToArray(), items.Space.Dimension), null);
    }

    private static Task<HybridEngine> OpenAsync(string folder, CancellationToken cancellationToken)
    {
        HybridOptions options = DataFolder.Options(folder);
        DataFolder.RequireRecords(options);
        return HybridEngine.OpenAsync(options, cancellationToken: cancellationToken);
    }

    private float[] Rows(string[] keys)
    {
        var rows = new float[keys.Length * Space.Dimension];
        for (int i = 0; i < keys.Length; i++)
        {
            Vectors.TryGetVector(keys[i], out ReadOnlyMemory<float> vector);
            vector.Span.CopyTo(rows.AsSpan(i * Space.Dimension));
        }
        return rows;
    }

    private long[]? CountsOf(string[] keys)
    {
        if (Counts is null)
            return null;
        Dictionary<string, long> known = Vectors.Keys.Zip(Counts).ToDictionary(one => one.First, one => one.Second, StringComparer.Ordinal);
        return [.. keys.Select(key => known[key])];
    }
}
