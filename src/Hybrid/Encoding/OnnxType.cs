namespace Hybrid.Encoding;

/// <summary>The types of onnx.proto that the ends of text encoders have.</summary>
internal enum OnnxType
{
    Float = 1,
    Int32 = 6,
    Int64 = 7,
    Float16 = 10,
}
