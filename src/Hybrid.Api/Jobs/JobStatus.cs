using Hybrid.Api.Answers;

namespace Hybrid.Api.Jobs;

/// <summary>A job as its caller sees it.</summary>
/// <param name="Kind">"index" or "train".</param>
/// <param name="Progress">The share that is done, 0 … 1; absent while nobody knows.</param>
/// <param name="Result">What it did, when it is done.</param>
/// <param name="Problem">Why it failed.</param>
public sealed record JobStatus(
    string Id, string Kind, JobState State, DateTimeOffset Started, DateTimeOffset? Ended, double? Progress, object? Result, Problem? Problem);
