using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class VectorSpaceTests
{
    [Fact]
    public void A_space_is_named_by_all_its_parts()
    {
        VectorSpace text = new("all-MiniLM-L6-v2", "0123456789abcdef" + new string('0', 48), 384, VectorSpaceKind.Text, "{title}. \"{brand}\"");
        Assert.Equal("all-MiniLM-L6-v2@0123456789abcdef (text, 384-d, \"{title}. \\\"{brand}\\\"\")", text.ToString());
        Assert.Equal("item2vec@00ff (behavior, 64-d)", new VectorSpace("item2vec", "00ff", 64, VectorSpaceKind.Behavior).ToString());
    }

    [Fact]
    public void Two_spaces_that_differ_are_named_differently()
    {
        VectorSpace space = new("m", new string('a', 64), 2, VectorSpaceKind.Text, "{title}");
        VectorSpace[] spaces =
        [
            space, space with { Model = "n" }, space with { Hash = new string('a', 15) + new string('b', 49) }, space with { Dimension = 3 },
            space with { Kind = VectorSpaceKind.Blended }, space with { Template = "" },
            space with { Template = "{title}\"" }, space with { Template = "{title}\\\"" },
        ];
        Assert.Equal(spaces.Length, spaces.Select(s => s.ToString()).Distinct().Count());
    }
}
