using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Indexing.Embedded;

public sealed class IvfOptionsTests
{
    [Fact]
    public void The_defaults_are_those_of_the_seeds() => Assert.Equal((128, 64), (new IvfOptions().Cells, new IvfOptions().Probes));

    [Fact]
    public void Values_out_of_range_are_refused_by_name()
    {
        Assert.Equal("Cells", Assert.Throws<ArgumentOutOfRangeException>(() => new IvfOptions { Cells = -1 }).ParamName);
        Assert.Equal("Cells", Assert.Throws<ArgumentOutOfRangeException>(() => new IvfOptions { Cells = 65_537 }).ParamName);
        Assert.Equal("Probes", Assert.Throws<ArgumentOutOfRangeException>(() => new IvfOptions { Probes = 0 }).ParamName);
    }
}
