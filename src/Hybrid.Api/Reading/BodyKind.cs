namespace Hybrid.Api.Reading;

/// <summary>What body a route takes.</summary>
internal enum BodyKind
{
    None,

    /// <summary>One object of JSON, small.</summary>
    Query,

    /// <summary>One object of JSON.</summary>
    Object,

    /// <summary>A list of objects, or lines of them.</summary>
    Rows,
}
