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
        };
        string? json = StoredAttributes.Write(attributes);
        Assert.Equal("""{"code":"007","least":5E-324,"price":12.50,"third":0.3333333333333333,"tiny":1e-7,"yes":true}""", json);
        byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(json!);   // ! : equal to a text
        Assert.Equal(attributes.OrderBy(a => a.Key, StringComparer.Ordinal), StoredAttributes.Read(utf8, name => name));
    }
}
