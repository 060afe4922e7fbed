namespace Hybrid.Upkeep.Migration;

/// <summary>A row of vectors that somebody brings along, as it stands there: nothing of it has been judged.</summary>
/// <param name="Key">As it is written; it may be no id.</param>
/// <param name="Vector">Of any length, of any numbers.</param>
public readonly record struct KeyedVector(string Key, ReadOnlyMemory<float> Vector);
