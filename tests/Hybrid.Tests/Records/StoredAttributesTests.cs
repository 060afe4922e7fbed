using Hybrid.Catalog;
using Hybrid.Records.Sqlite;

namespace Hybrid.Tests.Records;

public sealed class StoredAttributesTests
{
    [Fact]
    public void Numbers_come_back_as_they_were_written()
    {
        var attributes = new Dictionary<string, AttributeValue>
        {
            ["price"] = AttributeValue.OfCell("12.50"),
            ["tiny"] = AttributeValue.OfJsonNumber("1e-7"),
            ["third"] = 1.0 / 3,
            ["least"] = double.Epsilon,
            ["code"] = "007",
            ["yes"] = true,
            ["tags"] = AttributeValue.OfList(["a|b", AttributeValue.OfCell("12.50"), false]),
            ["no tags"] = AttributeValue.OfList([]),
        };
        string? json = StoredAttributes.Write(attributes);
        Assert.Equal(
            """{"code":"007","least":5E-324,"no tags":[],"price":12.50,"tags":["a|b",12.50,false],"third":0.3333333333333333,"tiny":1e-7,"yes":true}""", json);
        byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(json!);   // ! : equal to a text
        Assert.Equal(attributes.OrderBy(a => a.Key, StringComparer.Ordinal), StoredAttributes.Read(utf8, name => name));
    }
}
