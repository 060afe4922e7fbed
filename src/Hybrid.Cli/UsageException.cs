namespace Hybrid.Cli;

/// <summary>What was typed, or stands in a line of a batch, cannot be meant; the message says it in the words of the options.</summary>
internal sealed class UsageException(string message) : Exception(message);
