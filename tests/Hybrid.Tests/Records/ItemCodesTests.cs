using Hybrid.Catalog;
using Hybrid.Records;
using Microsoft.Data.Sqlite;

namespace Hybrid.Tests.Records;

public sealed class ItemCodesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Codes_take_the_place_of_those_that_an_item_had()
    {
        using RecordStore records = RecordStore.Open(":memory:");
        Put(records, ("P2", ["A1X", "B2X"]), ("P1", ["B2X"]));
        Assert.Equal(["P2"], records.Codes.Find("A1X", 9));
        Assert.Equal(["P1", "P2"], records.Codes.Find("B2X", 9));
        Assert.Equal(["P1"], records.Codes.Find("B2X", 1));

        Put(records, ("P2", ["A1X", "C3X"]));
        Assert.Equal(["P1"], records.Codes.Find("B2X", 9));
        Assert.Equal(["P2"], records.Codes.Find("C3X", 9));

        Put(records, ("P2", []));
        Assert.Empty(records.Codes.Find("A1X", 9));
    }

    [Fact]
    public async Task A_file_without_the_table_has_no_codes_until_some_are_noted()
    {
        string path = _folder.File("records.db");
        using (RecordStore records = RecordStore.Open(path))
            await records.UpsertAsync([new Item("P1") { Title = "A1X" }], TestContext.Current.CancellationToken);
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand drop = connection.CreateCommand();
            drop.CommandText = "DROP TABLE IF EXISTS codes";
            drop.ExecuteNonQuery();
        }
        using RecordStore older = RecordStore.Open(path);
        Assert.Empty(older.Codes.Find("A1X", 9));
        Put(older, ("P1", ["A1X"]));
        Assert.Equal(["P1"], older.Codes.Find("A1X", 9));
    }

    private static void Put(RecordStore records, params (ItemId Item, IReadOnlyCollection<string> Codes)[] codes) =>
        records.Codes.Put(codes.ToDictionary(item => item.Item, item => item.Codes));
}
