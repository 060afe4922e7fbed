namespace Hybrid.Milvus.Client;

/// <summary>What a field holds; the numbers are Milvus'.</summary>
public enum FieldType
{
    Bool = 1,
    Int64 = 5,
    Double = 11,
    VarChar = 21,

    /// <summary>A list of texts.</summary>
    Array = 22,

    Json = 23,
    FloatVector = 101,

    /// <summary>One that this client does not read or write.</summary>
    Other = 0,
}
