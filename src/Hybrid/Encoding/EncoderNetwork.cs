using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Hybrid.Encoding;

/// <summary>A model's network in ONNX Runtime: token ids in, unit vectors out.</summary>
/// <remarks>
/// Threads: <see cref="Run"/> may be called concurrently; <see cref="Dispose"/> only when no run is left, because ONNX Runtime frees what a run works on.
/// </remarks>
internal sealed class EncoderNetwork : IDisposable
{
    private const string Ids = "input_ids", Mask = "attention_mask";
    private static readonly string[] InputNames = [Ids, Mask];

    private readonly string _file;
    private readonly int _dimension;
    private readonly string[] _outputNames;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions;

    /// <param name="file">Named in errors.</param>
    /// <exception cref="ModelException">The network does not load, or its inputs and output are not those of the manifest.</exception>
    public EncoderNetwork(string file, byte[] onnx, ModelManifest manifest, int threads)
    {
        _file = file;
        _dimension = manifest.Dimension;
        _outputNames = [manifest.Output];
        using SessionOptions options = new()
        {
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Threads wait for the next piece of a batch on their feet, but not for the next batch: by default they would spin on and keep a core
        // busy between texts. One text after another takes 2.6 ms so (2.5 with the default, 3.2 without any spinning), at 1.1 times the processor time
        // of no spinning; ten words, two AMD EPYC cores, ONNX Runtime 1.29. Versions before this setting ignore it.
        options.AddSessionConfigEntry("session.intra_op.spin_duration_us", "200");
        try
        {
            _session = new InferenceSession(onnx, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException(file, $"ONNX Runtime cannot load the network: {e.Message} Copy the model folder again.", e);
        }
        try
        {
            if (Mismatch(manifest) is { } mismatch)
                throw new ModelException(file, $"{mismatch}. The network does not belong to this {ModelManifest.FileName}; copy the model folder again.");
            _runOptions = new RunOptions();
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <param name="ids">[rows × tokens].</param>
    /// <param name="mask">[rows × tokens], 1 for a token, 0 for padding.</param>
    /// <param name="vectors">[rows × d], overwritten.</param>
    public void Run(Memory<long> ids, Memory<long> mask, int rows, int tokens, Memory<float> vectors)
    {
        using OrtValue idsValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, ids, [rows, tokens]);
        using OrtValue maskValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, mask, [rows, tokens]);
        using OrtValue output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, vectors, [rows, _dimension]);
        try
        {
            _session.Run(_runOptions, InputNames, [idsValue, maskValue], _outputNames, [output]);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException(_file, $"ONNX Runtime failed on a batch of {rows} texts of up to {tokens} tokens: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    private string? Mismatch(ModelManifest manifest)
    {
        IReadOnlyDictionary<string, NodeMetadata> inputs = _session.InputMetadata, outputs = _session.OutputMetadata;
        if (!manifest.Inputs.Order(StringComparer.Ordinal).SequenceEqual([Mask, Ids]))
            return $"{ModelManifest.FileName} lists the inputs {string.Join(", ", manifest.Inputs)}; this version runs networks with {Ids} and {Mask}";
        foreach (string name in InputNames)
        {
            if (!inputs.TryGetValue(name, out NodeMetadata? input) || input.ElementDataType != TensorElementType.Int64)
                return $"it has no int64 input '{name}' (its inputs: {string.Join(", ", inputs.Keys)})";
        }
        if (inputs.Count != InputNames.Length)
            return $"it wants the inputs {string.Join(", ", inputs.Keys)}, {ModelManifest.FileName} lists {string.Join(", ", manifest.Inputs)}";
        if (!outputs.TryGetValue(manifest.Output, out NodeMetadata? output) || output.ElementDataType != TensorElementType.Float)
            return $"it has no float output '{manifest.Output}' (its outputs: {string.Join(", ", outputs.Keys)})";
        // -1 where the network leaves a size open.
        return output.Dimensions is [_, int last] && (last == -1 || last == manifest.Dimension)
            ? null
            : $"its output '{manifest.Output}' is [{string.Join(" × ", output.Dimensions)}], {ModelManifest.FileName} says dimension {manifest.Dimension}";
    }
}
