using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

public sealed class QueryVectorsTests : IDisposable
{
    private readonly TinyModel _model = new();
    private readonly TextEncoder _encoder;

    public QueryVectorsTests() => _encoder = TextEncoder.Load(_model.Folder);

    public void Dispose()
    {
        _encoder.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_query_seen_before_is_not_encoded_again()
    {
        QueryVectors cache = new(capacity: 2);
        float[] first = cache.Of("hello", _encoder);
        long runs = _encoder.Counts.Runs;
        Assert.Same(first, cache.Of("hello", _encoder));
        Assert.Equal(runs, _encoder.Counts.Runs);
        Assert.Equal(_encoder.Encode("hello", TextRole.Query), first);
        Assert.Equal(new QueryCacheStatus(2, 1, Hits: 1, Misses: 1), cache.Status);
        Assert.Equal(0.5, cache.Status.HitRate);
    }

    [Fact]
    public void The_one_not_asked_for_the_longest_goes_first()
    {
        QueryVectors cache = new(capacity: 2);
        float[] a = cache.Of("a", _encoder), b = cache.Of("b", _encoder);
        Assert.Same(a, cache.Of("a", _encoder));
        cache.Of("c", _encoder);
        Assert.Same(a, cache.Of("a", _encoder));
        Assert.NotSame(b, cache.Of("b", _encoder));
        Assert.Equal(2, cache.Status.Count);
    }

    [Fact]
    public void A_cache_of_none_keeps_and_counts_none()
    {
        QueryVectors cache = new(capacity: 0);
        Assert.NotSame(cache.Of("a", _encoder), cache.Of("a", _encoder));
        Assert.Equal(new QueryCacheStatus(0, 0, 0, 0), cache.Status);
        Assert.Null(cache.Status.HitRate);
    }

    [Fact]
    public void A_text_of_many_characters_is_not_kept()
    {
        QueryVectors cache = new(capacity: 2);
        string text = new('a', QueryVectors.MostCharacters + 1);
        Assert.NotSame(cache.Of(text, _encoder), cache.Of(text, _encoder));
        Assert.Equal(new QueryCacheStatus(2, 0, 0, Misses: 2), cache.Status);
        Assert.Same(cache.Of(text[1..], _encoder), cache.Of(text[1..], _encoder));
    }
}
