namespace Hybrid.Encoding;

/// <summary>What an ONNX file says of its own graph: the names, types and shapes at its ends, read without loading its weights.</summary>
/// <remarks>The field numbers are those of onnx.proto: a model has its graph, a graph its nodes, weights, inputs and outputs.</remarks>
internal sealed class OnnxGraph
{
    /// <summary>A size that the graph leaves open.</summary>
    public const int Open = -1;

    private const int Varint = 0, EightBytes = 1, Counted = 2, FourBytes = 5;
    private const int External = 1;   // TensorProto.DataLocation

    private readonly HashSet<string> _weights = new(StringComparer.Ordinal);
    private readonly List<OnnxEnd> _inputs = [], _outputs = [];
    private readonly string _file;
    private bool _hasGraph;

    /// <param name="file">Named in errors.</param>
    /// <exception cref="ModelException">It is no ONNX file, or its weights are in another one.</exception>
    public OnnxGraph(string file, ReadOnlySpan<byte> onnx)
    {
        _file = file;
        foreach (Field field in new Fields(onnx, file))
        {
            if (field is { Number: 7, Wire: Counted })
                ReadGraph(field.Bytes);
        }
        if (!_hasGraph || _outputs.Count == 0)
            throw Damaged(file);
        // Before version 4 of the format weights are inputs too.
        _inputs.RemoveAll(input => _weights.Contains(input.Name));
    }

    public IReadOnlyList<OnnxEnd> Inputs => _inputs;

    public IReadOnlyList<OnnxEnd> Outputs => _outputs;

    /// <summary>Whether the graph rounds by the largest value of all texts of a run: then a vector depends on what runs together.</summary>
    public bool QuantizesByRun { get; private set; }

    private static ModelException Damaged(string file) =>
        new(file, "it is no network in ONNX, or it is damaged or cut off. Copy the model folder again, or export the model to ONNX.");

    private void ReadGraph(ReadOnlySpan<byte> graph)
    {
        _hasGraph = true;
        foreach (Field field in new Fields(graph, _file))
        {
            if (field.Wire != Counted)
                continue;
            if (field.Number == 1)
                QuantizesByRun |= TextAt(field.Bytes, 4).StartsWith("DynamicQuantize", StringComparison.Ordinal);
            else if (field.Number == 5)
                ReadWeight(field.Bytes);
            else if (field.Number is 11 or 12)
                (field.Number == 11 ? _inputs : _outputs).Add(ReadEnd(field.Bytes));
        }
    }

    private void ReadWeight(ReadOnlySpan<byte> tensor)
    {
        foreach (Field field in new Fields(tensor, _file))
        {
            if (field is { Number: 8, Wire: Counted })
                _weights.Add(System.Text.Encoding.UTF8.GetString(field.Bytes));
            else if (field is { Number: 14, Value: External })
                throw new ModelException(_file, "its weights are in another file beside it. Save the model as one ONNX file, which may have 2 GB.");
        }
    }

    private OnnxEnd ReadEnd(ReadOnlySpan<byte> value)
    {
        string name = TextAt(value, 1);
        int type = 0;
        List<int>? shape = null;
        foreach (Field tensor in new Fields(BytesAt(BytesAt(value, 2), 1), _file))
        {
            if (tensor.Number == 1)
            {
                type = (int)tensor.Value;
            }
            else if (tensor is { Number: 2, Wire: Counted })
            {
                shape = [];
                foreach (Field size in new Fields(tensor.Bytes, _file))
                    shape.Add(SizeOf(size.Bytes));
            }
        }
        return new OnnxEnd(name, (OnnxType)type, shape);
    }

    private int SizeOf(ReadOnlySpan<byte> dimension)
    {
        foreach (Field field in new Fields(dimension, _file))
        {
            if (field is { Number: 1, Wire: Varint, Value: > 0 and <= int.MaxValue })
                return (int)field.Value;
        }
        return Open;
    }

    private string TextAt(ReadOnlySpan<byte> message, int number) => System.Text.Encoding.UTF8.GetString(BytesAt(message, number));

    private ReadOnlySpan<byte> BytesAt(ReadOnlySpan<byte> message, int number)
    {
        foreach (Field field in new Fields(message, _file))
        {
            if (field.Wire == Counted && field.Number == number)
                return field.Bytes;
        }
        return [];
    }

    private readonly ref struct Field(int number, int wire, long value, ReadOnlySpan<byte> bytes)
    {
        public readonly int Number = number;
        public readonly int Wire = wire;
        public readonly long Value = value;
        public readonly ReadOnlySpan<byte> Bytes = bytes;
    }

    /// <summary>The fields of a message, one after another.</summary>
    private ref struct Fields(ReadOnlySpan<byte> message, string file)
    {
        private readonly string _file = file;
        private ReadOnlySpan<byte> _rest = message;

        public Field Current { get; private set; }

        public readonly Fields GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_rest.IsEmpty)
                return false;
            ulong key = ReadVarint();
            int wire = (int)(key & 7);
            ulong value = wire switch
            {
                Varint or Counted => ReadVarint(),
                EightBytes => 8,
                FourBytes => 4,
                _ => throw Damaged(_file),
            };
            int length = wire == Varint ? 0 : value <= (ulong)_rest.Length ? (int)value : throw Damaged(_file);
            Current = new Field((int)Math.Min(key >> 3, int.MaxValue), wire, wire == Varint ? (long)value : 0, _rest[..length]);
            _rest = _rest[length..];
            return true;
        }

        private ulong ReadVarint()
        {
            ulong value = 0;
            for (int shift = 0; shift < 64; shift += 7)
            {
                if (_rest.IsEmpty)
                    break;
                byte part = _rest[0];
                _rest = _rest[1..];
                value |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80)
                    return value;
            }
            throw Damaged(_file);
        }
    }
}
