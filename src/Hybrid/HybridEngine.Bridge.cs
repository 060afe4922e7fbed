using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Encoding.Adapting;
using Hybrid.Evaluation;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>Texts that a bridge is fitted on, at most: more make it no surer.</summary>
    private const int MostBridged = 20_000;

    /// <summary>Fits a bridge from another encoder's queries into the space of the collection in use, and writes it to the data folder:
    /// "bridge-1.bin".</summary>
    /// <remarks>
    /// <para>An engine whose <see cref="HybridOptions.Bridge"/> names the file encodes the texts of queries by the new encoder, and searches what the old
    /// one has encoded:
    /// so it serves before everything is encoded anew. <see cref="QueryBridge"/> says what is fitted, <see cref="BridgeReport"/> how good it is.</para>
    /// <para>Fitted on at most 20,000 items, evenly spread over their ids, as passages; their old vectors are those of the collection. An adapter behind
    /// the encoder of the
    /// collection has nothing to encode.</para>
    /// </remarks>
    /// <param name="progress">Told how many texts are encoded.</param>
    /// <exception cref="NotReadyException">Nothing is indexed, or by another model than this engine's.</exception>
    /// <exception cref="AlignmentException">There are too few texts, or the best map finds too little; the message has the numbers, and nothing is
    /// written.</exception>
    /// <exception cref="AdapterException">It cannot be written.</exception>
    /// <exception cref="ModelException">A model cannot be used, or the new one is that of the collection.</exception>
    /// <exception cref="VectorStoreException">The store failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the engine was disposed; nothing is written.</exception>
    public Task<BridgeResult> BridgeAsync(BridgeQuery query, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return RunLongAsync(async stop =>
        {
            ThrowIfReadOnly("bridge", "Make a bridge in");
            await using FileStream held = await FolderLock.TakeAsync(Path.Combine(_folder, TrainLockName), stop).ConfigureAwait(false);
            return await BridgeAloneAsync(query, progress, stop).ConfigureAwait(false);
        }, cancellationToken);
    }

    private async Task<BridgeResult> BridgeAloneAsync(BridgeQuery query, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        EngineSnapshot snapshot = await _snapshots.ReadAsync(cancellationToken).ConfigureAwait(false);
        IVectorCollection indexed = snapshot.RequireItems();
        EngineModel old = OwnModelOf(indexed.Space), made = TextModel(ModelFolder.Find(query.Model), 0);
        if (made.Space == indexed.Space)
            throw new ModelException(query.Model, $"{indexed.Name} was made with this model: its queries need no bridge. Give another one.");

        (List<ItemId> items, List<string> texts, float[] olds) = await ReadIndexedAsync(indexed, cancellationToken).ConfigureAwait(false);
        float[] news = made.Manifest.Adapter is { } adapter && adapter.EncoderHash == indexed.Space.Hash
            ? Applied(adapter, olds) : Encode(made, texts, progress, cancellationToken);
        var pairs = new SpacePairs(made.Space, news, indexed.Space, olds);
        if (query.Texts.Count > 0)
        {
            float[] moreNews = Encode(made, query.Texts, progress, cancellationToken), moreOlds = Encode(old, query.Texts, progress, cancellationToken);
            pairs = new SpacePairs(made.Space, (float[])[.. news, .. moreNews], indexed.Space, (float[])[.. olds, .. moreOlds]);
        }
        (SpaceMap map, BridgeReport report) = QueryBridge.Fit(pairs, query.Options, cancellationToken);
        var bridge = new TextBridge(TextBridge.Files.Next(_folder), made.StoredName, map);
        BridgedSessions? sessions = JudgeBySessions(items, news, olds, map, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        bridge.Save(VersionedFile.PathOf(_folder, bridge.Name));
        return new BridgeResult(bridge.Name, VersionedFile.PathOf(Options.DataPath, bridge.Name), map.Space, report, sessions);
    }

    /// <summary>Items whose text is as it was indexed, at most <see cref="MostBridged"/>, with their vectors [n × d].</summary>
    private async Task<(List<ItemId> Items, List<string> Texts, float[] Vectors)> ReadIndexedAsync(
        IVectorCollection indexed, CancellationToken cancellationToken)
    {
        long count = await indexed.CountAsync(cancellationToken).ConfigureAwait(false), at = 0;
        (List<ItemId> items, List<string> texts, List<float> vectors) = ([], [], []);
        await foreach (StoredItem[] rows in indexed.ReadAsync(cancellationToken: cancellationToken).Chunk(CatalogIndexer.ReadyRows).ConfigureAwait(false))
        {
            IReadOnlyDictionary<ItemId, Item> known = Records.Find([.. rows.Select(row => row.Fields.Id)]);
            foreach (StoredItem row in rows)
            {
                // One each time that another share of the most has gone by.
                bool isChosen = count <= MostBridged || at * MostBridged / count != (at + 1) * MostBridged / count;
                at++;
                if (!isChosen || !known.TryGetValue(row.Fields.Id, out Item? item) || row.Fingerprint != CatalogIndexer.Fingerprint(Options.Template, item))
                    continue;
                items.Add(item.Id);
                texts.Add(Options.Template.TextOf(item));
                vectors.AddRange(row.Vector.Span);
            }
        }
        return (items, texts, [.. vectors]);
    }

    private static float[] Encode(EngineModel model, IReadOnlyList<string> texts, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        int d = model.Manifest.Dimension, done = 0;
        var vectors = new float[texts.Count * d];
        foreach (string[] chunk in texts.Chunk(CatalogIndexer.EncodedRows))
        {
            model.Load().Encode(chunk, TextRole.Passage, vectors.AsSpan(done * d, chunk.Length * d), cancellationToken);
            progress?.Report(done += chunk.Length);
        }
        return vectors;
    }

    private static float[] Applied(TextAdapter adapter, float[] vectors)
    {
        float[] adapted = [.. vectors];
        int d = adapter.Dimension;
        Parallel.For(0, adapted.Length / d, row => adapter.Apply(adapted.AsSpan(row * d, d)));
        return adapted;
    }

    private BridgedSessions? JudgeBySessions(List<ItemId> items, float[] news, float[] olds, SpaceMap map, CancellationToken cancellationToken)
    {
        Dictionary<ItemId, int> rows = Enumerable.Range(0, items.Count).ToDictionary(row => items[row]);
        int[][] sessions = [.. ReadSessions(rows)];
        new Random(1).Shuffle(sessions);
        var judge = new SessionNeighbors(sessions.Take(MostReportedOn), seed: 1);
        if (judge.Count < LeastHeldOutSessions)
            return null;
        int d = map.Target.Dimension;
        IReadOnlyDictionary<string, double[]> byOld = judge.Scores(olds, olds, d, cancellationToken),
            byNew = judge.Scores(news, news, map.Source.Dimension, cancellationToken), bridged = judge.Scores(map.Apply(news), olds, d, cancellationToken);
        return new BridgedSessions(judge.Count, ReportOf(byOld), ReportOf(byNew), ReportOf(bridged), GainOf(bridged, byNew));
    }
}
