using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

/// <summary>Whichever way a text takes to the network, and whatever it runs with, its vector is the same.</summary>
public sealed class TextEncoderBatchTests
{
    private const int Dimension = 384, Callers = 8;

    private static readonly TextEncoderOptions TwoThreads = new() { Threads = 2 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_vector_is_the_same_alone_in_a_batch_and_with_others_that_come_at_once() => CompareWaysAsync(MiniLm.Folder, 120);

    [Fact]
    public Task So_it_is_in_int8() =>
        // ! : a file is in a folder
        CompareWaysAsync(Path.GetDirectoryName(RepositoryFiles.Shared("models", "all-MiniLM-L6-v2-int8", "model.onnx"))!, 120);

    [Fact]
    public Task So_it_is_in_four_bits() => CompareWaysAsync(E5.Folder, 24);

    [Fact]
    public void A_text_that_comes_again_in_a_call_is_encoded_once()
    {
        using TextEncoder encoder = TextEncoder.Load(MiniLm.Folder, TwoThreads);
        string[] texts = [.. Enumerable.Range(0, 3_000).Select(i => i % 1_500 == 1_499 ? $"kettle {i}" : i % 2 == 0 ? "a mug" : "A mug")];
        float[] vectors = new float[texts.Length * Dimension];
        long before = encoder.Counts.Texts;

        encoder.Encode(texts, TextRole.Passage, vectors, Token);

        Assert.Equal(4, encoder.Counts.Texts - before);
        foreach (int row in (int[])[0, 1, 2, 1_498, 1_499, 1_500, 2_998, 2_999])
            Same(encoder.Encode(texts[row], TextRole.Passage), vectors.AsSpan(row * Dimension, Dimension), $"row {row}");
    }

    [Fact]
    public void What_is_said_of_a_text_counts_each_time_it_comes()
    {
        using TextEncoder encoder = TextEncoder.Load(MiniLm.Folder, TwoThreads);
        string tooLong = string.Join(' ', Enumerable.Repeat("kettle", 300));
        string[] texts = [tooLong, "无线降噪耳机 主动", "mug", tooLong, "无线降噪耳机 主动", tooLong];
        Assert.Equal(3, encoder.Encode(texts, TextRole.Passage, new float[texts.Length * Dimension], Token));
        Assert.Equal(2, encoder.MostlyUnknownTexts);
    }

    [Fact]
    public async Task Single_texts_that_come_at_once_share_runs()
    {
        using TextEncoder encoder = TextEncoder.Load(MiniLm.Folder, new TextEncoderOptions { Threads = 1 });
        (long texts, long runs) = encoder.Counts;
        // Whoever comes while a run is under way waits for it, so that callers who never stop are joined sooner or later.
        using CancellationTokenSource joined = new();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Factory.StartNew(() =>
        {
            for (int i = 0; !joined.IsCancellationRequested; i++)
            {
                encoder.Encode($"caller {caller} says {i}", TextRole.Query);
                (long texts2, long runs2) = encoder.Counts;
                if (texts2 - texts > runs2 - runs + Callers)
                    joined.Cancel();
            }
        }, Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.True(joined.IsCancellationRequested);
    }

    [Fact]
    public async Task The_session_for_texts_that_come_alone_is_opened_once_they_do_and_only_from_the_file_that_was_checked()
    {
        using TemporaryFolder folder = new();
        foreach (string file in Directory.EnumerateFiles(MiniLm.Folder))
            File.Copy(file, folder.File(Path.GetFileName(file)));
        string network = folder.File("model.onnx");
        foreach (bool isSwapped in (bool[])[false, true])
        {
            using TextEncoder encoder = TextEncoder.Load(folder.Path, TwoThreads);
            if (isSwapped)
                await File.WriteAllTextAsync(network, "another model", Token);
            encoder.Encode(["a mug", "a kettle"], TextRole.Query, new float[2 * Dimension], Token);
            Assert.False(encoder.HasBothSessions);
            for (int i = 0; i < 2 * SpareNetwork.CallsBefore; i++)
                Same(MiniLm.Encoder.Encode("a mug", TextRole.Query), encoder.Encode("a mug", TextRole.Query), $"call {i}");
            Assert.Equal(!isSwapped, encoder.HasBothSessions);
        }
    }

    [Fact]
    public void What_is_opened_for_many_texts_is_given_back_when_none_came_for_a_while_and_vectors_stay_the_same()
    {
        using TextEncoder encoder = TextEncoder.Open(MiniLm.Folder, TwoThreads, logger: null, isForQueries: true);
        string[] pair = ["a mug", "a kettle"];
        float[] vectors = new float[2 * Dimension];
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < SpareNetwork.CallsBefore; i++)
            {
                Same(MiniLm.Encoder.Encode("a mug", TextRole.Query), encoder.Encode("a mug", TextRole.Query), $"round {round}, alone {i}");
                Assert.False(encoder.HasBothSessions);
                encoder.Encode(pair, TextRole.Query, vectors, Token);
                Same(MiniLm.Encoder.Encode("a mug", TextRole.Query), vectors.AsSpan(0, Dimension), $"round {round}, together {i}");
            }
            Assert.True(encoder.HasBothSessions);
            Assert.False(encoder.FreeUnused());   // it has been used since
            Assert.True(encoder.FreeUnused());
            Assert.False(encoder.HasBothSessions);
        }
        encoder.Dispose();
        Assert.False(encoder.FreeUnused());
    }

    [Fact]
    public async Task A_cancelled_call_ends_the_runs_that_are_under_way_and_begins_no_other()
    {
        using TextEncoder encoder = TextEncoder.Load(MiniLm.Folder, TwoThreads);
        string[] texts = [.. Enumerable.Range(0, 1_000).Select(i => $"{i} {string.Join(' ', Enumerable.Repeat("kettle", 250))}")];
        (long before, _) = encoder.Counts;
        using CancellationTokenSource cancellation = new();
        Task<int> encoding = Task.Run(() => encoder.Encode(texts, TextRole.Passage, new float[texts.Length * Dimension], cancellation.Token), Token);
        SpinWait.SpinUntil(() => encoder.Counts.Texts > before || encoding.IsCompleted);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => encoding);

        long done = encoder.Counts.Texts;
        Assert.InRange(done - before, 1, texts.Length - 1);
        // What was cut short harms no later call.
        Same(MiniLm.Encoder.Encode("a mug", TextRole.Query), encoder.Encode("a mug", TextRole.Query), "after");
        Assert.Equal(done + 1, encoder.Counts.Texts);
    }

    [Fact]
    public void A_run_is_ended_amid_its_work()
    {
        var manifest = ModelManifest.Load(MiniLm.Folder);
        using EncoderNetwork network = new("model.onnx", File.ReadAllBytes(Path.Combine(MiniLm.Folder, "model.onnx")), manifest, threads: 1);
        using NetworkBatch batch = new(Dimension);
        batch.Clear(64, 256);   // seconds of work
        for (int row = 0; row < 64; row++)
            batch.Put(row, [.. Enumerable.Repeat(2_000, 256)]);
        using CancellationTokenSource cancellation = new();
        Thread canceller = new(cancellation.Cancel);
        canceller.Start();
        Assert.ThrowsAny<OperationCanceledException>(() => network.Run(batch, cancellation.Token));
        canceller.Join();
    }

    private static async Task CompareWaysAsync(string folder, int count)
    {
        const int Seed = 5;
        var random = new Random(Seed);
        string[] words = ["steel", "kettle", "with", "a", "wooden", "handle", "espresso", "machine", "日本", "30-hour"];
        string[] texts = [.. Enumerable.Range(0, count).Select(i => $"{i} {string.Join(' ', random.GetItems(words, i % 40 == 0 ? 300 : random.Next(25)))}")];
        using TextEncoder encoder = TextEncoder.Load(folder, TwoThreads), oneThread = TextEncoder.Load(folder, new TextEncoderOptions { Threads = 1 });
        int[] few = [.. Enumerable.Range(0, 24).Select(i => i * (count / 24))];
        float[][] alone = [.. few.Select(i => oneThread.Encode(texts[i], TextRole.Passage))];
        Assert.False(oneThread.HasBothSessions);

        float[] vectors = new float[count * Dimension];
        encoder.Encode(texts, TextRole.Passage, vectors, Token);
        for (int i = 0; i < few.Length; i++)
            Same(alone[i], vectors.AsSpan(few[i] * Dimension, Dimension), $"text {few[i]} in a batch");
        for (int i = 0; i < few.Length; i++)
            Same(alone[i], encoder.Encode(texts[few[i]], TextRole.Passage), $"text {few[i]} on all threads");
        Assert.True(encoder.HasBothSessions);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Factory.StartNew(() =>
        {
            for (int i = 0; i < few.Length; i++)
                Same(alone[i], encoder.Encode(texts[few[i]], TextRole.Passage), $"text {few[i]} with others");
        }, Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    private static void Same(ReadOnlySpan<float> expected, ReadOnlySpan<float> vector, string what)
    {
        Assert.Equal(expected.Length, vector.Length);
        for (int d = 0; d < expected.Length; d++)
            Assert.True(Math.Abs(expected[d] - vector[d]) <= 1e-6f, $"{what}, component {d}: {expected[d]} and {vector[d]}");
    }
}
