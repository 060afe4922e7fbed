namespace Hybrid.Cli;

/// <summary>A step was cancelled, and what it has left is worth saying.</summary>
/// <param name="left">What is there now, and how to go on: one or two sentences.</param>
internal sealed class CancelledException(string left, OperationCanceledException cancelled) : OperationCanceledException(left, cancelled);
