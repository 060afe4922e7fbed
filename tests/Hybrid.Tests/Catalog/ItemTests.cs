using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog;

public sealed class ItemTests
{
    [Fact]
    public void A_price_is_finite_or_unknown()
    {
        foreach (double price in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => new Item("P1") { Price = price });
            Assert.StartsWith("The price of P1 must be a finite number; leave it out where it is unknown.", refusal.Message, StringComparison.Ordinal);
        }
        Assert.Equal(12.5, new Item("P1") { Price = 12.5 }.Price);
        Assert.Null(new Item("P1") { Price = null }.Price);
    }
}
