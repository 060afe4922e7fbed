namespace Hybrid.Milvus;

/// <summary>How many cells an index has, and how many of them a search visits unless it says otherwise.</summary>
/// <param name="Cells">1 where there are none.</param>
/// <param name="Recall">That they were measured for; null where they were not.</param>
internal readonly record struct Probing(int Cells, int Probes, double? Recall = null);
