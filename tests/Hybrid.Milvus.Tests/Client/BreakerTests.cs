using Hybrid.Milvus.Client;
using Polly;
using Polly.CircuitBreaker;

namespace Hybrid.Milvus.Tests.Client;

public sealed class BreakerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twenty_calls_that_did_not_reach_the_server_keep_the_next_from_trying()
    {
        ResiliencePipeline breaker = Resilience.NewBreaker();
        for (int i = 0; i < 20; i++)
            await Assert.ThrowsAsync<MilvusException>(() => FailAsync(breaker, MilvusErrorKind.Unavailable));
        await Assert.ThrowsAnyAsync<BrokenCircuitException>(() => FailAsync(breaker, MilvusErrorKind.Unavailable));
    }

    [Theory]
    [InlineData(MilvusErrorKind.CollectionNotFound)]
    [InlineData(MilvusErrorKind.RateLimited)]
    [InlineData(MilvusErrorKind.TimedOut)]
    public async Task What_the_server_answered_does_not(MilvusErrorKind kind)
    {
        ResiliencePipeline breaker = Resilience.NewBreaker();
        for (int i = 0; i < 50; i++)
            await Assert.ThrowsAsync<MilvusException>(() => FailAsync(breaker, kind));
    }

    private static Task FailAsync(ResiliencePipeline breaker, MilvusErrorKind kind) =>
        breaker.ExecuteAsync(_ => throw new MilvusException("here", "search", "it failed", kind), Token).AsTask();
}
