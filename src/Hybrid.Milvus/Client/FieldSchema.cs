using System.Globalization;
using Hybrid.Milvus.Client.Wire;
using KeyValuePair = Hybrid.Milvus.Client.Wire.KeyValuePair;

namespace Hybrid.Milvus.Client;

/// <summary>A field of a collection.</summary>
public sealed record FieldSchema(string Name, FieldType Type)
{
    public bool IsKey { get; init; }

    /// <summary>Whether the server makes the key.</summary>
    public bool IsAutoKey { get; init; }

    /// <summary>Floats of a vector, 1 … 32,768.</summary>
    public int Dimension { get; init; }

    /// <summary>Bytes of a text, or of each in a list, 1 … 65,535.</summary>
    public int MaxLength { get; init; }

    /// <summary>Elements of a list, 1 … 4,096.</summary>
    public int MaxCapacity { get; init; }

    /// <summary>Whether a row may lack it; servers before 2.5 have no such fields.</summary>
    public bool IsNullable { get; init; }

    internal Wire.FieldSchema ToWire()
    {
        var wire = new Wire.FieldSchema { Name = Name, DataType = (DataType)Type, IsPrimaryKey = IsKey, AutoID = IsAutoKey, Nullable = IsNullable };
        if (Type == FieldType.Array)
            wire.ElementType = DataType.VarChar;
        Add("dim", Dimension);
        Add("max_length", MaxLength);
        Add("max_capacity", MaxCapacity);
        return wire;

        void Add(string name, int value)
        {
            if (value != 0)
                wire.TypeParams.Add(new KeyValuePair { Key = name, Value = value.ToString(CultureInfo.InvariantCulture) });
        }
    }

    internal static FieldSchema Of(Wire.FieldSchema wire)
    {
        var type = (FieldType)wire.DataType;
        return new FieldSchema(wire.Name, Enum.IsDefined(type) ? type : FieldType.Other)
        {
            IsKey = wire.IsPrimaryKey,
            IsAutoKey = wire.AutoID,
            IsNullable = wire.Nullable,
            Dimension = Parameter("dim"),
            MaxLength = Parameter("max_length"),
            MaxCapacity = Parameter("max_capacity"),
        };

        int Parameter(string name) =>
            wire.TypeParams.FirstOrDefault(p => p.Key == name) is { } found && int.TryParse(found.Value, CultureInfo.InvariantCulture, out int value)
                ? value : 0;
    }
}
