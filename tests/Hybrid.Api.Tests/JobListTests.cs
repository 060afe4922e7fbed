using Hybrid.Api.Jobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hybrid.Api.Tests;

public sealed class JobListTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_job_was_cancelled_by_is_let_go_when_it_has_ended_however_it_did()
    {
        await using var jobs = new JobList(TimeProvider.System, NullLogger<JobList>.Instance);
        var tokens = new List<CancellationToken>();
        foreach (string kind in (string[])["done", "failed", "cancelled"])
        {
            JobStatus started = jobs.Start(kind, async (_, stop) =>
            {
                tokens.Add(stop);
                if (kind == "failed")
                    throw new InvalidOperationException("It cannot be done.");
                if (kind == "cancelled")
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                return "it is done";
            });
            await ApiServer.EventuallyAsync(() => Task.FromResult(jobs.Find(started.Id)?.State is not JobState.Running || tokens.Count > 0), "it runs");
            if (kind == "cancelled")
                jobs.Cancel(started.Id);
            await ApiServer.EventuallyAsync(() => Task.FromResult(jobs.Find(started.Id)?.State is not JobState.Running), "it has ended");
            Assert.Equal(kind, jobs.Find(started.Id)?.State.ToString().ToLowerInvariant());
            Assert.Throws<ObjectDisposedException>(() => tokens[^1].WaitHandle);
            Assert.NotNull(jobs.Cancel(started.Id));   // changes nothing
        }
    }

    [Fact]
    public async Task Jobs_that_are_cancelled_by_many_while_they_end_and_are_forgotten_harm_nobody()
    {
        await using var jobs = new JobList(TimeProvider.System, NullLogger<JobList>.Instance);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                JobStatus started = jobs.Start($"{worker}", (_, _) => Task.FromResult<object>(i));
                jobs.Cancel(started.Id);
            }
        }, Token)));
        Assert.InRange(jobs.List().Count, 1, 110);
    }
}
