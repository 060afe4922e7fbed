using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Cli.Output;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Recommending;
using Hybrid.Recommending.Sources;
using Hybrid.Vectors;

namespace Hybrid.Cli.Evaluating;

/// <summary>The texts of the items as they are, encoded, and the preset Classic over them.</summary>
internal sealed class TextVectors : IAsyncDisposable
{
    /// <summary>Texts encoded at a time.</summary>
    private const int ChunkSize = 512;

    /// <summary>The item's text alone; the title where it has none.</summary>
    private static readonly ItemTextTemplate Template = new("{text}");

    private readonly TextEncoder _encoder;
    private readonly EmbeddedVectorStore _store;
    private readonly IVectorCollection _items;

    private TextVectors(TextEncoder encoder, EmbeddedVectorStore store, IVectorCollection items, ItemTexts texts)
    {
        _encoder = encoder;
        _store = store;
        _items = items;
        Texts = texts;
    }

    public ItemTexts Texts { get; }

    public string? UnknownTextWarning => _encoder.UnknownTextWarning;

    /// <summary>Encodes with progress.</summary>
    public static Task<TextVectors> EncodeAsync(EvaluationFiles files, string? model, CancellationToken cancellationToken) =>
        Terminal.RunAsync("Encoding texts", files.Items.Count, null, progress =>
            Task.Run(() => EncodeAsync(files.Items, model, progress, cancellationToken), cancellationToken));

    /// <param name="items">In the order of the log's items.</param>
    private static async Task<TextVectors> EncodeAsync(IReadOnlyList<Item> items, string? model, IProgress<long> progress, CancellationToken cancellationToken)
    {
        TextEncoder encoder = TextEncoder.Load(ModelFolder.Find(model ?? ModelFolder.DefaultName));
        // Long and short texts apart, so that no batch waits for one of them.
        int[] withText = [.. Enumerable.Range(0, items.Count).Where(i => TextOf(items[i]).Length > 0).OrderBy(i => TextOf(items[i]).Length)];
        // Texts that are compared with each other are all queries to a model that tells the two apart, as its makers advise; Classic has what an index has.
        float[] vectors = Encode(TextRole.Passage);
        float[] alike = encoder.Manifest.QueryPrefix == encoder.Manifest.PassagePrefix ? vectors : Encode(TextRole.Query);
        VectorSpace space = encoder.SpaceFor(Template);
        EmbeddedVectorStore store = EmbeddedVectorStore.Open(":memory:");
        IVectorCollection collection = await store.CreateAsync("items", space, cancellationToken);
        foreach (int[] chunk in withText.Chunk(ChunkSize))
        {
            float[] rows = [.. chunk.SelectMany(i => vectors[(i * encoder.Dimension)..((i + 1) * encoder.Dimension)])];
            await collection.UpsertAsync(new ItemBatch(space, [.. chunk.Select(i => items[i])], rows), cancellationToken);
        }
        return new TextVectors(encoder, store, collection, new ItemTexts(alike, encoder.Dimension));

        float[] Encode(TextRole role)
        {
            float[] made = new float[items.Count * encoder.Dimension];
            for (int first = 0; first < withText.Length; first += ChunkSize)
            {
                int[] chunk = withText[first..Math.Min(withText.Length, first + ChunkSize)];
                float[] encoded = new float[chunk.Length * encoder.Dimension];
                encoder.Encode([.. chunk.Select(i => TextOf(items[i]))], role, encoded, cancellationToken);
                for (int i = 0; i < chunk.Length; i++)
                    encoded.AsSpan(i * encoder.Dimension, encoder.Dimension).CopyTo(made.AsSpan(chunk[i] * encoder.Dimension));
                progress.Report(first + chunk.Length);
            }
            return made;
        }
    }

    public HybridRecommender Recommend(Item2VecModel behavior) => new(_encoder, _items, behavior, template: Template);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _encoder.Dispose();
    }

    private static string TextOf(Item item) => item.Text.Length > 0 ? item.Text : item.Title;
}
