using System.Numerics.Tensors;
using Hybrid.Encoding;
using Microsoft.Extensions.AI;

namespace Hybrid.Tests.Encoding;

/// <summary>The network is native memory: freed too early, it takes the whole process down.</summary>
public sealed class TextEncoderDisposeTests
{
    private const int Dimension = 384;

    private static readonly TextEncoderOptions OneThread = new() { Threads = 1 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disposed_encoder_says_so()
    {
        TextEncoder encoder = TextEncoder.Load(MiniLm.Folder, OneThread);
        encoder.Dispose();
        encoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => encoder.Encode("a", TextRole.Query));
        Assert.Throws<ObjectDisposedException>(() => encoder.Encode([], TextRole.Query, [], Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => encoder.GenerateAsync(["a"], cancellationToken: Token));
        Assert.Equal([101, 2332, 102], encoder.TokenIds("King", TextRole.Query));
    }

    [Fact]
    public void A_call_that_is_under_way_ends_as_if_nothing_had_happened()
    {
        TextEncoder encoder = TextEncoder.Load(MiniLm.Folder, OneThread);
        float[] vectors = new float[1_100 * Dimension];
        // By the second window the network has run, and it runs again after this.
        CallingList texts = new(1_100, callAt: 1_030, () =>
        {
            encoder.Dispose();
            Assert.Throws<ObjectDisposedException>(() => encoder.Encode("a", TextRole.Query));
        });

        encoder.Encode(texts, TextRole.Passage, vectors, Token);

        float[] mug = MiniLm.Encoder.Encode("mug", TextRole.Passage);
        for (int row = 0; row < texts.Count; row++)
            Assert.Equal(1.0, TensorPrimitives.Dot(mug, vectors.AsSpan(row * Dimension, Dimension)), tolerance: 1e-5);
        Assert.Throws<ObjectDisposedException>(() => encoder.Encode("a", TextRole.Query));
    }

    [Fact]
    public async Task Vectors_that_were_asked_for_through_the_ecosystems_interface_come()
    {
        TextEncoder encoder = TextEncoder.Load(MiniLm.Folder, OneThread);
        GeneratedEmbeddings<Embedding<float>> embeddings = await encoder.GenerateAsync(Values(), cancellationToken: Token);
        Assert.Equal(1.0, TensorPrimitives.Dot(MiniLm.Encoder.Encode("mug", TextRole.Passage), embeddings.Single().Vector.Span), tolerance: 1e-5);

        IEnumerable<string> Values()
        {
            encoder.Dispose();
            yield return "mug";
        }
    }

    [Fact]
    public void A_call_that_fails_keeps_nothing()
    {
        TextEncoder encoder = TextEncoder.Load(MiniLm.Folder, OneThread);
        CallingList texts = new(1, callAt: 0, () =>
        {
            encoder.Dispose();
            throw new InvalidTimeZoneException();
        });
        Assert.Throws<InvalidTimeZoneException>(() => encoder.Encode(texts, TextRole.Passage, new float[Dimension], Token));
        Assert.Throws<ObjectDisposedException>(() => encoder.Encode("a", TextRole.Query));
    }

    [Fact]
    public async Task Many_threads_may_encode_while_several_dispose()
    {
        float[] mug = MiniLm.Encoder.Encode("mug", TextRole.Passage);
        for (int round = 0; round < 6; round++)
        {
            TextEncoder encoder = TextEncoder.Load(MiniLm.Folder, OneThread);
            using CountdownEvent busy = new(6);
            Task<long>[] encoding = [.. Enumerable.Range(0, busy.InitialCount).Select(_ => Task.Factory.StartNew(
                () => EncodeUntilDisposed(encoder, mug, busy), Token, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            busy.Wait(Token);
            await Task.WhenAll(Task.Run(encoder.Dispose, Token), Task.Run(encoder.Dispose, Token));
            Assert.Throws<ObjectDisposedException>(() => encoder.Encode("mug", TextRole.Passage));
            Assert.All(await Task.WhenAll(encoding), calls => Assert.True(calls > 0));
        }
    }

    /// <summary>How many calls gave the right vector, until one said that the encoder is disposed of.</summary>
    private static long EncodeUntilDisposed(TextEncoder encoder, float[] expected, CountdownEvent busy)
    {
        for (long calls = 0; ; calls++)
        {
            float[] vector;
            try
            {
                vector = encoder.Encode("mug", TextRole.Passage);
            }
            catch (ObjectDisposedException)
            {
                return calls;
            }
            finally
            {
                if (calls == 0)
                    busy.Signal();
            }
            Assert.Equal(1.0, TensorPrimitives.Dot<float>(expected, vector), tolerance: 1e-5);
        }
    }
}
