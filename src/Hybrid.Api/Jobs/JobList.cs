using System.Globalization;
using Hybrid.Api.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hybrid.Api.Jobs;

/// <summary>Work that takes longer than a request: one at a time of each kind, followed and cancelled by its id.</summary>
/// <remarks>Threads: every member may be called concurrently. The list ends with the process; what its jobs have written stays.</remarks>
internal sealed class JobList(TimeProvider clock, ILogger<JobList> logger) : IAsyncDisposable
{
    /// <summary>How many that have ended are remembered.</summary>
    private const int MostEnded = 100;

    private readonly Lock _lock = new();
    private readonly List<Job> _jobs = [];
    private readonly CancellationTokenSource _stopping = new();
    private long _last;
    private bool _isClosed;

    /// <summary>Begins a job, unless one of its kind runs: then that is the answer.</summary>
    /// <param name="work">Gets what takes the share that is done.</param>
    /// <exception cref="ObjectDisposedException">The list is closed.</exception>
    public JobStatus Start(string kind, Func<Action<double>, CancellationToken, Task<object>> work)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_jobs.Find(job => job.Kind == kind && job.State == JobState.Running) is { } running)
                return running.Status;
            var job = new Job((++_last).ToString(CultureInfo.InvariantCulture), kind, clock.GetUtcNow(),
                CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token));
            _jobs.Add(job);
            if (_jobs.Count(ended => ended.State != JobState.Running) > MostEnded)
                _jobs.Remove(_jobs.First(ended => ended.State != JobState.Running));
            job.Running = Task.Run(() => RunAsync(job, work), CancellationToken.None);
            return job.Status;
        }
    }

    /// <summary>All that are remembered, the newest first.</summary>
    public IReadOnlyList<JobStatus> List()
    {
        lock (_lock)
            return [.. _jobs.AsEnumerable().Reverse().Select(job => job.Status)];
    }

    /// <summary>The job, or null when there is none of this id.</summary>
    public JobStatus? Find(string id)
    {
        lock (_lock)
            return _jobs.Find(job => job.Id == id)?.Status;
    }

    /// <summary>Asks a job to end; it says itself when it has. One that has ended stays as it is.</summary>
    public JobStatus? Cancel(string id)
    {
        lock (_lock)
        {
            // What it runs by that runs elsewhere: not under this lock.
            if (_jobs.Find(job => job.Id == id) is { State: JobState.Running } running)
                _ = running.Cancellation.CancelAsync();
        }
        return Find(id);
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            running = [.. _jobs.Select(job => job.Running)];
        }
        await _stopping.CancelAsync();
        await Task.WhenAll(running);
        _stopping.Dispose();
    }

    private async Task RunAsync(Job job, Func<Action<double>, CancellationToken, Task<object>> work)
    {
        (JobState state, object? result, Problem? problem) = (JobState.Done, (object?)null, (Problem?)null);
        try
        {
            result = await work(share => Volatile.Write(ref job.Share, share), job.Cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            state = JobState.Cancelled;
        }
        catch (ObjectDisposedException) when (_stopping.IsCancellationRequested)
        {
            state = JobState.Cancelled;   // the engine was closed first
        }
        catch (Exception failure)
        {
            (state, problem) = (JobState.Failed, Failures.Of(failure));
            // What whoever started it can mend is told to them, as an answer that refuses is: too few events to train on are no error of the service.
            LogLevel level = problem.Status >= StatusCodes.Status500InternalServerError ? LogLevel.Error : LogLevel.Information;
            logger.Log(level, failure, "The job {Job}, {Kind}, failed.", job.Id, job.Kind);
        }
        lock (_lock)
        {
            (job.State, job.Result, job.Problem, job.Ended) = (state, result, problem, clock.GetUtcNow());
            job.Cancellation.Dispose();   // nobody cancels what has ended
        }
    }

    private sealed class Job(string id, string kind, DateTimeOffset started, CancellationTokenSource cancellation)
    {
        /// <summary>What is done of the work, NaN while nobody knows.</summary>
        public double Share = double.NaN;

        public string Id { get; } = id;

        public string Kind { get; } = kind;

        public CancellationTokenSource Cancellation { get; } = cancellation;

        public Task Running { get; set; } = Task.CompletedTask;

        public JobState State { get; set; }

        public object? Result { get; set; }

        public Problem? Problem { get; set; }

        public DateTimeOffset? Ended { get; set; }

        public JobStatus Status => new(Id, Kind, State, started, Ended,
            State == JobState.Done ? 1 : Volatile.Read(ref Share) is var share && double.IsNaN(share) ? null : share, Result, Problem);
    }
}
