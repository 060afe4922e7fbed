namespace Hybrid.Behavior.Words;

/// <summary>A is to B as C is to D: Athens, Greece, Oslo, Norway.</summary>
public readonly record struct AnalogyQuestion(string A, string B, string C, string D);
