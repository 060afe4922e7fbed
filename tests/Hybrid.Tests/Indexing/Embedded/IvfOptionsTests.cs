using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Indexing.Embedded;

public sealed class IvfOptionsTests
{
    [Theory]
    [InlineData(100_000, 128)]   // as the seeds set it
    [InlineData(100_001, 1_265)]
    [InlineData(1_000_000, 4_000)]
    public void Cells_are_by_size_and_searches_planned_unless_they_are_set(int rows, int cells)
    {
        Assert.Equal((null, null), (new IvfOptions().Cells, new IvfOptions().Probes));
        Assert.Equal(cells, new IvfIndex(384, new IvfOptions()).CellsFor(rows));
        Assert.Equal(128, new IvfIndex(384, new IvfOptions { Cells = 128 }).CellsFor(rows));
    }

    [Fact]
    public void Values_out_of_range_are_refused_by_name()
    {
        Assert.Equal("Cells", Assert.Throws<ArgumentOutOfRangeException>(() => new IvfOptions { Cells = -1 }).ParamName);
        Assert.Equal("Cells", Assert.Throws<ArgumentOutOfRangeException>(() => new IvfOptions { Cells = 65_537 }).ParamName);
        Assert.Equal("Probes", Assert.Throws<ArgumentOutOfRangeException>(() => new IvfOptions { Probes = 0 }).ParamName);
    }
}
