using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class UnitVectorTests
{
    [Theory]
    [InlineData(3f, 4f, 0.6f, 0.8f)]
    [InlineData(3e-30f, -4e-30f, 0.6f, -0.8f)]
    [InlineData(-3e30f, 4e30f, -0.6f, 0.8f)]
    [InlineData(0f, float.Epsilon, 0f, 1f)]
    [InlineData(float.MaxValue, 0f, 1f, 0f)]
    public void A_vector_of_any_finite_length_is_scaled_to_length_1(float x, float y, float unitX, float unitY)
    {
        float[] vector = [x, y];
        UnitVector.Normalize(vector);
        Assert.Equal(unitX, vector[0], tolerance: 1e-6f);
        Assert.Equal(unitY, vector[1], tolerance: 1e-6f);
        Assert.True(UnitVector.IsUnit(vector));
    }

    [Theory]
    [InlineData]
    [InlineData(0f, -0f)]
    [InlineData(1f, float.NaN)]
    [InlineData(float.NegativeInfinity, 1f)]
    public void What_has_no_direction_is_refused_and_left_as_it_was(params float[] vector)
    {
        float[] before = [.. vector];
        var refusal = Assert.Throws<ArgumentException>(() => UnitVector.Normalize(vector));
        Assert.Contains("has no direction", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, vector);
        Assert.False(UnitVector.IsUnit(vector));
    }

    [Theory]
    [InlineData(1.0009f, true)]
    [InlineData(0.9991f, true)]
    [InlineData(1.0011f, false)]
    [InlineData(0.9989f, false)]
    public void A_unit_vector_has_length_1_within_a_thousandth(float length, bool unit) => Assert.Equal(unit, UnitVector.IsUnit([0, length, 0]));
}
