using System.Runtime.InteropServices;
using Google.Protobuf;
using Hybrid.Milvus.Client.Wire;

namespace Hybrid.Milvus.Client;

/// <summary>The values of one field for a number of rows: what is written, and what comes back.</summary>
public abstract record Column(string Name)
{
    public abstract int Count { get; }

    /// <summary>How many bytes a row takes in a message, about.</summary>
    internal abstract int BytesOf(int row);

    internal abstract FieldData ToWire(int start, int count);

    /// <summary>As it came; null for a type that this client does not read.</summary>
    internal static Column? Of(FieldData wire)
    {
        string name = wire.FieldName;
        if (wire.Vectors is { FloatVector: { } floats } vectors)
            return new VectorColumn(name, (int)vectors.Dim, FloatBytes.Read(floats.Data));
        return wire.Scalars switch
        {
            { StringData: { } texts } => new TextColumn(name, texts.Data),
            { LongData: { } numbers } => new Int64Column(name, numbers.Data),
            { IntData: { } numbers } => new Int64Column(name, [.. numbers.Data.Select(n => (long)n)]),
            { DoubleData: { } numbers } => new DoubleColumn(name, numbers.Data),
            { FloatData: { } numbers } => new DoubleColumn(name, [.. MemoryMarshal.ToEnumerable(FloatBytes.Read(numbers.Data)).Select(n => (double)n)]),
            { BoolData: { } flags } => new BoolColumn(name, flags.Data),
            { JsonData: { } json } => new JsonColumn(name, [.. json.Data.Select(document => document.Memory)]),
            { ArrayData: { } lists } => new TextListColumn(name, [.. lists.Data.Select(list => (IReadOnlyList<string>)(list.StringData?.Data ?? []))]),
            _ => null,
        };
    }
}

/// <summary>Of VARCHAR.</summary>
public sealed record TextColumn(string Name, IReadOnlyList<string> Values) : Column(Name)
{
    public override int Count => Values.Count;

    internal override int BytesOf(int row) => Values[row].Length * 3 + 4;

    internal override FieldData ToWire(int start, int count)
    {
        var data = new StringArray();
        for (int i = start; i < start + count; i++)
            data.Data.Add(Values[i]);
        return new FieldData { FieldName = Name, Type = DataType.VarChar, Scalars = new ScalarField { StringData = data } };
    }
}

/// <summary>Of INT64; smaller ones come back so too.</summary>
public sealed record Int64Column(string Name, IReadOnlyList<long> Values) : Column(Name)
{
    public override int Count => Values.Count;

    internal override int BytesOf(int row) => 10;

    internal override FieldData ToWire(int start, int count)
    {
        var data = new LongArray();
        for (int i = start; i < start + count; i++)
            data.Data.Add(Values[i]);
        return new FieldData { FieldName = Name, Type = DataType.Int64, Scalars = new ScalarField { LongData = data } };
    }
}

/// <summary>Of DOUBLE; FLOAT comes back so too.</summary>
public sealed record DoubleColumn(string Name, IReadOnlyList<double> Values) : Column(Name)
{
    public override int Count => Values.Count;

    internal override int BytesOf(int row) => 8;

    internal override FieldData ToWire(int start, int count)
    {
        var data = new DoubleArray();
        for (int i = start; i < start + count; i++)
            data.Data.Add(Values[i]);
        return new FieldData { FieldName = Name, Type = DataType.Double, Scalars = new ScalarField { DoubleData = data } };
    }
}

/// <summary>Of BOOL.</summary>
public sealed record BoolColumn(string Name, IReadOnlyList<bool> Values) : Column(Name)
{
    public override int Count => Values.Count;

    internal override int BytesOf(int row) => 1;

    internal override FieldData ToWire(int start, int count)
    {
        var data = new BoolArray();
        for (int i = start; i < start + count; i++)
            data.Data.Add(Values[i]);
        return new FieldData { FieldName = Name, Type = DataType.Bool, Scalars = new ScalarField { BoolData = data } };
    }
}

/// <summary>Of JSON: a UTF-8 document a row, at most 65,536 bytes.</summary>
public sealed record JsonColumn(string Name, IReadOnlyList<ReadOnlyMemory<byte>> Values) : Column(Name)
{
    /// <summary>The further fields of rows are written as one JSON column of this name.</summary>
    public const string DynamicName = "$meta";

    public override int Count => Values.Count;

    internal override int BytesOf(int row) => Values[row].Length + 4;

    internal override FieldData ToWire(int start, int count)
    {
        var data = new JSONArray();
        for (int i = start; i < start + count; i++)
            data.Data.Add(UnsafeByteOperations.UnsafeWrap(Values[i]));
        return new FieldData { FieldName = Name, Type = DataType.Json, IsDynamic = Name == DynamicName, Scalars = new ScalarField { JsonData = data } };
    }
}

/// <summary>Of ARRAY of VARCHAR.</summary>
public sealed record TextListColumn(string Name, IReadOnlyList<IReadOnlyList<string>> Values) : Column(Name)
{
    public override int Count => Values.Count;

    internal override int BytesOf(int row) => Values[row].Sum(text => text.Length * 3 + 4) + 8;

    internal override FieldData ToWire(int start, int count)
    {
        var data = new ArrayArray { ElementType = DataType.VarChar };
        for (int i = start; i < start + count; i++)
        {
            var texts = new StringArray();
            texts.Data.AddRange(Values[i]);
            data.Data.Add(new ScalarField { StringData = texts });
        }
        return new FieldData { FieldName = Name, Type = DataType.Array, Scalars = new ScalarField { ArrayData = data } };
    }
}

/// <summary>Of FLOAT_VECTOR.</summary>
/// <param name="Values">[n × d], row-major. When written it must not change until the call is done: it is sent from where it is.</param>
public sealed record VectorColumn(string Name, int Dimension, ReadOnlyMemory<float> Values) : Column(Name)
{
    public override int Count => Dimension == 0 ? 0 : Values.Length / Dimension;

    public ReadOnlyMemory<float> this[int row] => Values.Slice(row * Dimension, Dimension);

    internal override int BytesOf(int row) => Dimension * sizeof(float);

    internal override FieldData ToWire(int start, int count) => new()
    {
        FieldName = Name,
        Type = DataType.FloatVector,
        Vectors = new VectorField
        {
            Dim = Dimension,
            FloatVector = new FloatArray { Data = FloatBytes.Wrap(Values.Slice(start * Dimension, count * Dimension)) },
        },
    };
}
