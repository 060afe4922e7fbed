namespace Hybrid.Api.Jobs;

/// <summary>How far a job has come.</summary>
public enum JobState
{
    Running,
    Done,
    Failed,
    Cancelled,
}
