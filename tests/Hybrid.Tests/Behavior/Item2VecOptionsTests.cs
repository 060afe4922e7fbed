using Hybrid.Behavior;

namespace Hybrid.Tests.Behavior;

public sealed class Item2VecOptionsTests
{
    [Fact]
    public void The_defaults_are_the_seeds_and_gensims()
    {
        var options = new Item2VecOptions();
        Assert.Equal((64, 3, 1, 20), (options.VectorSize, options.Window, options.MinCount, options.Epochs));
        Assert.Equal((5, 0.75, 0.025, 0.0001), (options.Negative, options.NsExponent, options.Alpha, options.MinAlpha));
        Assert.Equal(1e-3, options.For(items: 1_000).Sample);
        Assert.Equal(Environment.ProcessorCount, options.Workers);
    }

    [Fact]
    public void Fewer_than_a_thousand_items_are_not_thinned_out_unless_asked()
    {
        Assert.Equal(0, new Item2VecOptions().For(items: 999).Sample);
        Assert.Equal(1e-4, new Item2VecOptions { Sample = 1e-4 }.For(items: 3).Sample);
        Assert.Equal(0, new Item2VecOptions { Sample = 0 }.For(items: 5_000).Sample);
    }

    [Fact]
    public void Values_out_of_range_are_refused_by_name()
    {
        Refused("VectorSize", () => new Item2VecOptions { VectorSize = 0 });
        Refused("VectorSize", () => new Item2VecOptions { VectorSize = 4_097 });
        Refused("Window", () => new Item2VecOptions { Window = 0 });
        Refused("MinCount", () => new Item2VecOptions { MinCount = 0 });
        Refused("Epochs", () => new Item2VecOptions { Epochs = 0 });
        Refused("Workers", () => new Item2VecOptions { Workers = 0 });
        Refused("Negative", () => new Item2VecOptions { Negative = 0 });
        Refused("NsExponent", () => new Item2VecOptions { NsExponent = double.NaN });
        Refused("NsExponent", () => new Item2VecOptions { NsExponent = 5 });
        Refused("Sample", () => new Item2VecOptions { Sample = -1e-3 });
        Refused("Sample", () => new Item2VecOptions { Sample = double.NaN });
        Refused("Alpha", () => new Item2VecOptions { Alpha = 0 });
        Refused("Alpha", () => new Item2VecOptions { Alpha = double.NaN });
        Refused("MinAlpha", () => new Item2VecOptions { MinAlpha = -0.1 });

        static void Refused(string name, Func<object> make) => Assert.Throws<ArgumentOutOfRangeException>(name, make);
    }
}
