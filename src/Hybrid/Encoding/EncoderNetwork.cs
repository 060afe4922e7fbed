using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Hybrid.Encoding;

/// <summary>A model's network in ONNX Runtime: token ids in, unit vectors out.</summary>
/// <remarks>
/// Threads: <see cref="Run(NetworkBatch, CancellationToken)"/> may be called concurrently, each with a batch of its own; <see cref="Dispose"/> only when no
/// run is left, because ONNX Runtime frees what a run works on.
/// </remarks>
internal sealed class EncoderNetwork : IDisposable
{
    /// <summary>The inputs that a network may want, each int64 [n × tokens]; the first two it must.</summary>
    public const string Ids = "input_ids", Mask = "attention_mask", Types = "token_type_ids", Positions = "position_ids";

    private readonly string _file;
    private readonly ModelManifest _manifest;
    private readonly string[] _inputNames, _outputNames;
    private readonly bool _isDirect, _isHalf;
    private readonly InferenceSession _session;

    /// <param name="file">Named in errors.</param>
    /// <param name="threads">How many work on one run.</param>
    /// <exception cref="ModelException">The network does not load, or its inputs and output are not those of the manifest.</exception>
    public EncoderNetwork(string file, byte[] onnx, ModelManifest manifest, int threads)
    {
        _file = file;
        _manifest = manifest;
        _outputNames = [manifest.Output];
        using SessionOptions options = new()
        {
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            // A plan of the memory for each shape that ever ran costs 10 to 25 MB here, and saves no time: shapes hardly ever come again.
            EnableMemoryPattern = false,
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
            OnnxGraph graph = new(file, onnx);
            if (Mismatch(graph) is { } mismatch)
                throw new ModelException(file, $"{mismatch}. The network does not belong to this {ModelManifest.FileName}; copy the model folder again.");
            _inputNames = [.. graph.Inputs.Select(input => input.Name)];
            OnnxEnd output = graph.Outputs.First(o => o.Name == manifest.Output);
            _isHalf = output.Type == OnnxType.Float16;
            _isDirect = !_isHalf && !IsPooledHere && manifest.Normalized && manifest.NetworkDimension == manifest.Dimension;
            MostRows = graph.QuantizesByRun ? 1 : int.MaxValue;
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>The most texts that may run together.</summary>
    public int MostRows { get; }

    private bool IsPooledHere => TokenPooling.Names.Contains(_manifest.Pooling);

    /// <summary>Why a network with these inputs cannot run; null when it can.</summary>
    public static string? InputProblem(IEnumerable<OnnxEnd> inputs)
    {
        string all = string.Join(", ", inputs.Select(input => input.Name));
        foreach (OnnxEnd input in inputs)
        {
            if (input.Name is not (Ids or Mask or Types or Positions))
            {
                return $"it wants an input '{input.Name}', which this version does not know (its inputs: {all}; known: {Ids}, {Mask}, {Types}, {Positions}). "
                    + "Export it with these names, or without that input.";
            }
            if (input.Type != OnnxType.Int64 || input.Shape is { Count: not 2 })
                return $"its input {input} is not int64 [texts × tokens]. Export it so.";
        }
        foreach (string name in (ReadOnlySpan<string>)[Ids, Mask])
        {
            if (!inputs.Any(input => input.Name == name))
                return $"it has no input '{name}' (its inputs: {all}). Export it with one.";
        }
        return null;
    }

    /// <summary>Makes the vectors of a batch.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; looked at before each node of the graph.</exception>
    /// <exception cref="ModelException">ONNX Runtime failed, or gave what is no vector.</exception>
    public void Run(NetworkBatch batch, CancellationToken cancellationToken)
    {
        OrtValue[] inputs = new OrtValue[_inputNames.Length];
        try
        {
            long[] shape = [batch.Rows, batch.Tokens];
            for (int i = 0; i < inputs.Length; i++)
                inputs[i] = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, InputOf(batch, _inputNames[i]), shape);
            Run(batch, inputs, cancellationToken);
        }
        catch (OnnxRuntimeException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ModelException(_file, $"ONNX Runtime failed on a batch of {batch.Rows} texts of up to {batch.Tokens} tokens: {e.Message}", e);
        }
        finally
        {
            foreach (OrtValue? input in inputs)
                input?.Dispose();
        }
    }

    public void Dispose() => _session.Dispose();

    private static Memory<long> InputOf(NetworkBatch batch, string name) => name switch
    {
        Ids => batch.Ids,
        Mask => batch.Mask,
        Types => batch.Types,
        _ => batch.Positions,
    };

    private void Run(NetworkBatch batch, OrtValue[] inputs, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using (cancellationToken.UnsafeRegister(static options => ((RunOptions)options!).Terminate = true, batch.Options))   // ! : it is given
        {
            if (_isDirect)
            {
                using OrtValue output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, batch.Vectors, [batch.Rows, _manifest.Dimension]);
                _session.Run(batch.Options, _inputNames, inputs, _outputNames, [output]);
            }
            else
            {
                using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(batch.Options, _inputNames, inputs, _outputNames);
                Finish(outputs[0], batch);
            }
        }
    }

    /// <summary>Makes unit vectors [rows × d] of what the network gave.</summary>
    private void Finish(OrtValue output, NetworkBatch batch)
    {
        int whole = _manifest.NetworkDimension, d = _manifest.Dimension, rows = batch.Rows, tokens = batch.Tokens;
        Span<float> vectors = batch.Vectors.Span;
        long[] shape = output.GetTensorTypeAndShape().Shape;
        if (!shape.SequenceEqual(IsPooledHere ? [rows, tokens, whole] : [rows, (long)whole]))
        {
            throw new ModelException(_file, $"its output '{_manifest.Output}' is [{string.Join(" × ", shape)}] for [{rows} × {tokens}] tokens, and a vector is "
                + $"to have {whole} floats. The network does not belong to the other files; copy the model folder again.");
        }
        int perRow = (IsPooledHere ? tokens : 1) * whole;
        float[] row = new float[perRow], pooled = new float[whole];
        for (int r = 0; r < rows; r++)
        {
            if (_isHalf)
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<Float16, Half>(output.GetTensorDataAsSpan<Float16>().Slice(r * perRow, perRow)), row);
            else
                output.GetTensorDataAsSpan<float>().Slice(r * perRow, perRow).CopyTo(row);
            if (IsPooledHere)
            {
                TokenPooling.Pool(_manifest.Pooling, row.AsSpan(0, batch.LengthOf(r) * whole), pooled);
            }
            else
            {
                row.CopyTo(pooled, 0);
            }
            ReadOnlySpan<float> kept = pooled.AsSpan(0, d);
            float norm = TensorPrimitives.Norm(kept);
            if (!(norm > 0 && float.IsFinite(norm)))
                throw new ModelException(_file, $"the network gave a vector of length {norm}, which has no direction. Give another model, or one in fp32.");
            TensorPrimitives.Divide(kept, norm, vectors.Slice(r * d, d));
        }
    }

    private string? Mismatch(OnnxGraph graph)
    {
        string[] names = [.. graph.Inputs.Select(input => input.Name)];
        if (!_manifest.Inputs.Contains(Ids) || !_manifest.Inputs.Contains(Mask))
            return $"{ModelManifest.FileName} lists the inputs {string.Join(", ", _manifest.Inputs)}; this version runs networks with {Ids} and {Mask}";
        if (_manifest.Inputs.Except([Ids, Mask, Types, Positions]).FirstOrDefault() is { } unknown)
            return $"{ModelManifest.FileName} lists the input {unknown}; this version knows {Ids}, {Mask}, {Types} and {Positions}";
        if (!names.Order(StringComparer.Ordinal).SequenceEqual(_manifest.Inputs.Order(StringComparer.Ordinal)))
            return $"it wants the inputs {string.Join(", ", names)}, {ModelManifest.FileName} lists {string.Join(", ", _manifest.Inputs)}";
        if (graph.Inputs.FirstOrDefault(input => input.Type != OnnxType.Int64) is { } wrong)
            return $"its input {wrong} is not int64";
        OnnxEnd? output = graph.Outputs.FirstOrDefault(o => o.Name == _manifest.Output && o.Type is (OnnxType.Float or OnnxType.Float16));
        if (output is null)
            return $"it has no float output '{_manifest.Output}' (its outputs: {string.Join(", ", graph.Outputs.Select(o => o.Name))})";
        if (output.Shape is not { } shape)
            return null;
        return shape.Count == (IsPooledHere ? 3 : 2) && (shape[^1] == OnnxGraph.Open || shape[^1] == _manifest.NetworkDimension)
            ? null
            : $"its output {output} is not what {ModelManifest.FileName} says: dimension {_manifest.NetworkDimension}, pooling {_manifest.Pooling}";
    }
}
