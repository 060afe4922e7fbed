namespace Hybrid.Catalog.Files;

/// <summary>How a text holds JSON objects.</summary>
internal enum JsonShape
{
    /// <summary>It does not begin with an object or a list.</summary>
    None,

    /// <summary>One object a line: a line that is none costs itself.</summary>
    Lines,

    /// <summary>A list of objects, or objects over several lines.</summary>
    Objects,
}
