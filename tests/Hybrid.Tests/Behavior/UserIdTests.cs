using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Tests.Behavior;

public sealed class UserIdTests
{
    [Fact]
    public void What_cannot_be_a_user_id_is_refused_in_its_own_words()
    {
        Assert.StartsWith("'' is not a user id: it is empty.", Refusal(""), StringComparison.Ordinal);
        Assert.StartsWith("'a b' is not a user id: it holds the control character U+0009.", Refusal("a\tb"), StringComparison.Ordinal);
        Assert.Contains("102 UTF-8 bytes and 100 is the most", Refusal(new string('é', 51)), StringComparison.Ordinal);
        Assert.False(UserId.TryParse("a\ud83d", null, out _));
        Assert.Throws<ArgumentNullException>(() => new UserId(null!));

        static string Refusal(string value) => Assert.Throws<ArgumentException>(() => new UserId(value)).Message;
    }

    [Fact]
    public void It_is_its_text()
    {
        UserId user = "U17";
        Assert.Equal(("U17", "U17", user, user), (user.Value, user.ToString(), UserId.Parse("U17", null), new UserId("U17")));
        Assert.Equal(("", null), (default(UserId).ToString(), default(UserId).Value));
        Assert.NotEqual(user, new UserId("u17"));
    }

    [Fact]
    public void A_request_follows_the_rules_of_ids()
    {
        Assert.Equal("r1", new Event("U1", "P1", "click", null, Request: "r1").Request);
        Assert.Null(new Event("U1", "P1", "click", null).Request);
        Event click = new("U1", "P1", "click", null);
        var refusal = Assert.Throws<ArgumentException>(() => click with { Request = "" });
        Assert.Contains("is not a request id: it is empty", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Event("U1", "P1", "click", null, Request: "a\tb"));
        Assert.Throws<ArgumentException>(() => click with { Request = new string('r', ItemId.MaxBytes + 1) });
    }
}
