namespace Hybrid.Catalog.Files;

/// <summary>A line of a file, or why it is none; of a JSON file that is not one object a line, an object.</summary>
/// <param name="Number">From 1; where an object begins.</param>
/// <param name="Text">Without its end; shortened and with U+FFFD for bytes that are not UTF-8 where there is a fault.</param>
/// <param name="FaultColumn">The character at which the fault is, from 1; 0 when there is none.</param>
/// <param name="Column">The character at which the text begins, from 1.</param>
internal sealed record DataLine(long Number, string Text, int FaultColumn = 0, string? Fault = null, int Column = 1);
