using System.Globalization;
using System.Numerics.Tensors;
using Hybrid.Encoding.Adapting;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;
using Microsoft.ML.Tokenizers;

namespace Hybrid.Encoding;

/// <summary>Text → unit vectors [d], by the model of a folder.</summary>
/// <remarks>
/// <para>Vectors have length 1; that of a text is the same, to 1e-6 a component, whatever it is encoded together with and in whatever order.
/// A blank text has a vector too: that of no words at all.</para>
/// <para>Threads: every member may be called concurrently; one call already uses <see cref="TextEncoderOptions.Threads"/>.</para>
/// </remarks>
public sealed partial class TextEncoder : IDisposable
{
    /// <summary>From this share of unknown tokens on, a text is one of <see cref="MostlyUnknownTexts"/>.</summary>
    public const double MostlyUnknownShare = 0.3;

    private readonly ITokenizer _tokenizer;
    private readonly string _advice;
    private readonly NetworkRuns _runs;
    private readonly ILogger? _logger;
    private readonly Lock _gate = new();
    private long _mostlyUnknownTexts;
    private int _running;      // calls that encode, under _gate
    private bool _disposed;    // under _gate
    private TextAdapter? _adapter;   // set once, by Load

    private TextEncoder(ModelManifest manifest, ITokenizer tokenizer, Tokenizer shown, NetworkRuns runs, string advice, ILogger? logger)
    {
        Manifest = manifest;
        _advice = advice;
        _tokenizer = tokenizer;
        Tokenizer = shown;
        _runs = runs;
        _logger = logger;
    }

    public ModelManifest Manifest { get; }

    /// <summary>Floats per vector.</summary>
    public int Dimension => Manifest.Dimension;

    /// <summary>Texts encoded so far of whose tokens <see cref="MostlyUnknownShare"/> or more are unknown to the model: their vectors say little.</summary>
    public long MostlyUnknownTexts => Interlocked.Read(ref _mostlyUnknownTexts);

    /// <summary>What to tell the user about <see cref="MostlyUnknownTexts"/> at the end of a run; null while there are none.</summary>
    public string? UnknownTextWarning => MostlyUnknownTexts is > 0 and long count ? WarningOf(count) : null;

    /// <summary>What cuts texts into tokens for the model, for whatever takes a tokenizer; its ids come with the special tokens, without any role's
    /// prefix.</summary>
    /// <remarks>It needs no network, and goes on working when the encoder was disposed of.</remarks>
    public Tokenizer Tokenizer { get; }

    /// <summary>Loads and checks a model: the SHA-256 of every file the manifest lists, then the self-test.</summary>
    /// <param name="modelFolder">The folder with model.json, such as models/all-MiniLM-L6-v2, or one of Hugging Face or sentence-transformers without;
    /// or the file of a <see cref="TextAdapter"/>: the model that it belongs behind, with it.</param>
    /// <param name="logger">Gets one warning, at the first texts that are mostly unknown to the model.</param>
    /// <exception cref="ModelException">A file is missing, truncated or another one, or the model is of a kind this version cannot run.</exception>
    public static TextEncoder Load(string modelFolder, TextEncoderOptions? options = null, ILogger<TextEncoder>? logger = null) =>
        Open(modelFolder, options, logger, isForQueries: false);

    /// <inheritdoc cref="Load"/>
    /// <param name="isForQueries">Whether texts will come alone, and not many together: what is kept from the beginning is then what answers these.</param>
    internal static TextEncoder Open(string modelFolder, TextEncoderOptions? options, ILogger<TextEncoder>? logger, bool isForQueries)
    {
        TextEncoder encoder = LoadChecked(modelFolder, options, logger, isForQueries);
        // The files as they were read, and what ONNX Runtime made its own weights of, are half of what a process with a small heap has by now.
        FreedMemory.Return();
        return encoder;
    }

    private static TextEncoder LoadChecked(string modelFolder, TextEncoderOptions? options, ILogger<TextEncoder>? logger, bool isForQueries)
    {
        ModelManifest manifest = ModelManifest.Load(modelFolder);
        modelFolder = manifest.EncoderFolder ?? modelFolder;
        if (options is { Dimension: > 0 and var kept })
            manifest = manifest.Truncated(kept);
        // Each file is read once, so that the bytes that run are the bytes that were checked.
        ModelTokenizer described = manifest.Tokenizer;
        byte[] vocabulary = Read(described.File);
        // The network takes as long: a process that is started for one line has it a fifth sooner.
        Task<EncoderTokenizer> opening = Task.Run(() => TokenizerFiles.Open(Path.Combine(modelFolder, described.File), vocabulary, described));
        Dictionary<string, byte[]> files = manifest.Sha256.Keys.Where(file => file != described.File).ToDictionary(file => file, Read);
        string networkFile = Path.Combine(modelFolder, manifest.Network);
        int threads = options is { Threads: > 0 } ? options.Threads : Environment.ProcessorCount;
        NetworkRuns? runs = null;
        try
        {
            runs = new NetworkRuns(Open(files[manifest.Network], isForQueries ? threads : 1), isForQueries, threads, OpenOther, manifest.Dimension);
            return Checked(runs, opening.GetAwaiter().GetResult());
        }
        catch
        {
            runs?.Dispose();
            throw;
        }

        byte[] Read(string file) => ModelFiles.ReadChecked(Path.Combine(modelFolder, file), manifest.Sha256[file], manifest);

        EncoderNetwork Open(byte[] content, int threadsOfARun) => new(networkFile, content, manifest, threadsOfARun);

        // The bytes are not kept for it, which may be many: they are read and checked again, and whoever has put another model there goes on with this one.
        EncoderNetwork? OpenOther()
        {
            try
            {
                return Open(Read(manifest.Network), isForQueries ? 1 : threads);
            }
            catch (ModelException)
            {
                return null;
            }
        }

        TextEncoder Checked(NetworkRuns runs, EncoderTokenizer own)
        {
            (ITokenizer tokenizer, Tokenizer shown) = (own, own);
            ModelManifest completed = manifest;
            if (options?.Tokenizer is { } given)
            {
                GivenTokenizer other = new(given, own);
                completed = manifest with { Tokenizer = other.Description(described) };
                (tokenizer, shown) = (other, given);
            }
            string advice = AdviceOf(completed, Path.GetFullPath(Path.Combine(modelFolder, "..")), ModelFolder.Shipped);
            TextEncoder encoder = new(completed, tokenizer, shown, runs, advice, logger);
            encoder.SelfTest(networkFile);
            encoder._adapter = manifest.Adapter;   // behind the test, which is of the model itself
            return encoder;
        }
    }

    /// <inheritdoc cref="ModelManifest.SpaceFor"/>
    public VectorSpace SpaceFor(ItemTextTemplate template) => Manifest.SpaceFor(template);

    /// <summary>The ids the model is given for a text: with the role's prefix and special tokens, cut at <see cref="ModelManifest.MaxTokens"/>.</summary>
    public int[] TokenIds(string text, TextRole role)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<int> ids = new int[Manifest.MaxTokens];
        return ids[.._tokenizer.Encode(Prefixed(PrefixOf(role), text), ids, out _, out _)].ToArray();
    }

    /// <summary>The vector [d] of one text.</summary>
    /// <exception cref="ModelException">ONNX Runtime failed.</exception>
    /// <exception cref="ObjectDisposedException">The encoder was disposed of before the call.</exception>
    public float[] Encode(string text, TextRole role)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] vector = new float[Dimension];
        Begin();
        try
        {
            EncodeOne(PrefixOf(role), text, vector, CancellationToken.None);
            return vector;
        }
        finally
        {
            End();
        }
    }

    /// <summary>Frees the network once the last call that encodes has ended; from now on such calls throw <see cref="ObjectDisposedException"/>.</summary>
    /// <remarks>
    /// Returns at once: calls that are under way end as if nothing had happened, and the last of them frees the network. So it may be called
    /// from any thread, any number of times, also by what a running call calls. What needs no network, such as <see cref="TokenIds"/>, goes on working.
    /// </remarks>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            if (_running > 0)
                return;
        }
        _runs.Dispose();
    }

    /// <summary>Keeps the network until <see cref="End"/>.</summary>
    private void Begin()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _running++;
        }
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_running > 0 || !_disposed)
                return;
        }
        _runs.Dispose();
    }

    /// <summary>Texts that the network has run, and in how many runs.</summary>
    internal (long Texts, long Runs) Counts => _runs.Counts;

    /// <summary>Whether the session for texts that come alone and that for many together are both open.</summary>
    internal bool HasBothSessions => _runs.HasBoth;

    /// <summary>Gives back what was opened beside the first session, where nothing has used it since this was called before.</summary>
    /// <returns>Whether there was such a thing.</returns>
    internal bool FreeUnused()
    {
        lock (_gate)
        {
            if (_disposed)
                return false;
            _running++;
        }
        try
        {
            return _runs.FreeUnused();
        }
        finally
        {
            End();
        }
    }

    private void SelfTest(string networkFile)
    {
        // Without a manifest nobody says what comes out, only that something has to: a vector with a direction.
        string text = Manifest.SelfTest?.Text ?? ModelSelfTest.DefaultText;
        float[] vector = new float[Dimension];
        EncodeAs(Manifest.PassagePrefix, [text], vector, CancellationToken.None);
        if (Manifest.SelfTest is not { } test)
            return;
        double cosine = TensorPrimitives.CosineSimilarity<float>(vector, [.. test.Embedding.Take(Dimension)]);
        if (!(cosine >= test.MinCosine))   // NaN fails too
        {
            throw new ModelException(networkFile, string.Create(CultureInfo.InvariantCulture,
                $"the self-test failed: \"{test.Text}\" came out with cosine {cosine:F4} to the vector in {ModelManifest.FileName}, "
                + $"at least {test.MinCosine} is required. Network, vocabulary and manifest do not belong together; copy the model folder again."));
        }
    }

    private string PrefixOf(TextRole role) => role switch
    {
        TextRole.Query => Manifest.QueryPrefix,
        TextRole.Passage => Manifest.PassagePrefix,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "A text is a Query or a Passage."),
    };

    /// <summary>What a tokenizer is given. Of a long text that gets a prefix no more is copied than a Unigram tokenizer looks at to say what it cut.</summary>
    private static string Prefixed(string prefix, string text) =>
        prefix.Length == 0 ? text : string.Concat(prefix, text.AsSpan(0, Math.Min(text.Length, 2 * UnigramTokenizer.MostCharacters)));

    /// <summary>What to do about texts that a model does not know: another model is named only where it is there.</summary>
    /// <param name="folders">Where models are: beside this one, and beside the program.</param>
    internal static string AdviceOf(ModelManifest manifest, params ReadOnlySpan<string> folders)
    {
        string? other = null;
        foreach (string folder in folders)
        {
            string model = Path.Combine(folder, ModelFolder.MultilingualName);
            other ??= File.Exists(Path.Combine(model, ModelManifest.FileName)) ? model : null;
        }
        return manifest.Name != ModelFolder.MultilingualName && other is not null
            ? $"use the model {ModelFolder.MultilingualName}, which knows {string.Join(", ", ModelManifest.Load(other).Languages)}"
            : "use vectors of another encoder";
    }

    private string WarningOf(long count) =>
        $"{count} {(count == 1 ? "text is" : "texts are")} mostly unknown to {Manifest.Name}: in a language or script that it does not know "
        + $"(its languages: {(Manifest.Languages.Count > 0 ? string.Join(", ", Manifest.Languages) : "not said")}), so what is found "
        + $"by {(count == 1 ? "it" : "them")} is close to chance. "
        + $"Add words that it knows, or {_advice}.";

    private void CountMostlyUnknown(int count)
    {
        if (count > 0 && Interlocked.Add(ref _mostlyUnknownTexts, count) == count)
            _logger?.LogWarning("{Warning}", WarningOf(count));
    }
}
