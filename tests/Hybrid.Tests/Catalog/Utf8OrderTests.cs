using CsCheck;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog;

public sealed class Utf8OrderTests
{
    // From every length in UTF-8, and from both sides of the surrogates.
    private static readonly Gen<string> Texts =
        Gen.OneOf("a", "b", "Z", "\u007e", "\u00a0", "é", "\u07ff", "\u0800", "日", "\ud7ff", "\ue000", "ｱ", "\uffff", "\U00010000", "😀", "😁", "\U0010ffff")
            .Array[0, 4].Select(string.Concat);

    [Fact]
    public void It_is_that_of_the_UTF8_bytes_for_texts_and_for_ids() =>
        Gen.Select(Texts, Texts).Sample((left, right) =>
        {
            Assert.Equal(Math.Sign(Bytes(left).AsSpan().SequenceCompareTo(Bytes(right))), Math.Sign(Utf8Order.Compare(left, right)));
            if (left.Trim().Length == 0 || right.Trim().Length == 0)
                return;   // no id
            ItemId item = left, otherItem = right;
            UserId user = left, otherUser = right;
            int expected = Math.Sign(Bytes(item.Value).AsSpan().SequenceCompareTo(Bytes(otherItem.Value)));
            (bool, bool, bool, bool) operators = (expected > 0, expected >= 0, expected < 0, expected <= 0);
            Assert.Equal((expected, expected), (Math.Sign(item.CompareTo(otherItem)), Math.Sign(user.CompareTo(otherUser))));
            Assert.Equal(operators, (item > otherItem, item >= otherItem, item < otherItem, item <= otherItem));
            Assert.Equal(operators, (user > otherUser, user >= otherUser, user < otherUser, user <= otherUser));
        });

    [Fact]
    public void Null_comes_before_all() =>
        Assert.Equal((0, -1, 1), (Utf8Order.Compare(null, null), Utf8Order.Compare(null, ""), Utf8Order.Compare("", null)));

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
