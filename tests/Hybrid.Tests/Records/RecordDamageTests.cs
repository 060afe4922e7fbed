using System.Buffers.Binary;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records;
using Microsoft.Data.Sqlite;

namespace Hybrid.Tests.Records;

public sealed class RecordDamageTests(ITestOutputHelper output) : IDisposable
{
    private const int Items = 600;

    // The first byte of a page: https://www.sqlite.org/fileformat2.html#b_tree_pages
    private const byte IndexLeaf = 10, TableLeaf = 13;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_flipped_byte_is_named_as_damage_or_harms_nothing()
    {
        string path = await MakeAsync();
        byte[] whole = await File.ReadAllBytesAsync(path, Token);
        const int seed = 23;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        int named = 0;
        for (int flip = 0; flip < 400; flip++)
        {
            byte[] damaged = [.. whole];
            int at = random.Next(damaged.Length);
            damaged[at] ^= (byte)(1 << random.Next(8));
            string copy = _folder.File($"damaged{flip}.db");
            await File.WriteAllBytesAsync(copy, damaged, Token);
            try
            {
                using RecordStore records = RecordStore.Open(copy);
                Assert.Equal(Expected(), Describe(records));
            }
            catch (RecordsException e)
            {
                Assert.Matches("the file is damaged|not a database|newer Hybrid|unfinished|another program", e.Message);
                named++;
            }
            File.Delete(copy);
        }
        output.WriteLine($"{named} of 400 flips were named.");
        Assert.True(named > 100, "Hardly a flip was noticed: the test shows nothing.");
    }

    [Fact]
    public async Task A_row_that_stands_twice_in_the_place_of_another_is_named()
    {
        string path = await MakeAsync(), copy = _folder.File("damaged.db");
        byte[] whole = await File.ReadAllBytesAsync(path, Token);
        int pages = 0;
        for (int page = 8192; page < whole.Length; page += 8192)
        {
            if (whole[page] is not (IndexLeaf or TableLeaf) || BinaryPrimitives.ReadUInt16BigEndian(whole.AsSpan(page + 3)) < 8)
                continue;
            byte[] damaged = [.. whole];
            damaged.AsSpan(page + 8 + 2 * 6, 2).CopyTo(damaged.AsSpan(page + 8 + 2 * 3));   // the fourth row is the seventh
            await File.WriteAllBytesAsync(copy, damaged, Token);
            using RecordStore records = RecordStore.Open(copy);
            try
            {
                Assert.Equal(Expected(), Describe(records));   // of an index beside the table
            }
            catch (RecordsException e)
            {
                Assert.Contains("the file is damaged", e.Message, StringComparison.Ordinal);
                pages++;
            }
        }
        Assert.True(pages >= 6, $"Only {pages} pages were named.");
    }

    [Theory]
    [InlineData("UPDATE items SET title = 'other' WHERE item = 'P7'", "item 'P7'")]
    [InlineData("UPDATE items SET price = price + 1 WHERE item = 'P8'", "item 'P8'")]
    [InlineData("UPDATE items SET attributes = '{' WHERE item = 'P9'", "item 'P9'")]
    [InlineData("UPDATE items SET item = '' WHERE item = 'P9'", "item ''")]
    [InlineData("UPDATE events SET item = 'P1' WHERE user = 'U5'", "an event of user 'U5'")]
    [InlineData("UPDATE events SET time = time + 1 WHERE user = 'U6'", "an event of user 'U6'")]
    [InlineData("UPDATE events SET user = CAST(user AS BLOB) WHERE user = 'U6'", "where there must be a text")]
    [InlineData("UPDATE events SET sequence = sequence + 100000 WHERE user = 'U7'", "an event of user 'U7'")]
    [InlineData("DELETE FROM events WHERE user = 'U8'", "580 rows were found where there are 600")]
    [InlineData("DELETE FROM items WHERE item = 'P10'", "599 rows were found where there are 600")]
    [InlineData("DELETE FROM snapshot", "the snapshot is gone")]
    public async Task A_row_that_is_not_what_was_written_is_named(string change, string named)
    {
        string path = await MakeAsync();
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = change;
            command.ExecuteNonQuery();
        }
        using RecordStore records = RecordStore.Open(path);
        var damage = Assert.Throws<RecordsException>(() => Describe(records));
        Assert.Contains("the file is damaged", damage.Message, StringComparison.Ordinal);
        Assert.Contains(named, damage.Message, StringComparison.Ordinal);
        Assert.False(damage.IsTransient);
    }

    private async Task<string> MakeAsync()
    {
        string path = _folder.File("records.db");
        using RecordStore records = RecordStore.Open(path);
        await records.UpsertAsync([.. Enumerable.Range(0, Items).Select(MakeItem)], Token);
        await records.AppendAsync([.. Enumerable.Range(0, Items).Select(MakeEvent)], Token);
        return path;
    }

    private static Item MakeItem(int i) => new($"P{i}")
    {
        Title = $"Title {i}",
        Text = new string('x', i % 50),
        Category = $"c{i % 7}",
        Price = i,
        Attributes = new Dictionary<string, AttributeValue> { ["color"] = "red", ["n"] = i },
    };

    private static Event MakeEvent(int i) => new($"U{i % 30}", $"P{i}", "view", DateTimeOffset.UnixEpoch.AddMinutes(i), null, i % 3 == 0 ? $"r{i}" : null);

    private static string Describe(RecordStore records) =>
        $"{records.ReadSnapshot().Revision}\n{Join(records.ReadItems())}\n{Join(records.ReadEvents())}";

    private static string Expected()
    {
        IEnumerable<Item> items = Enumerable.Range(0, Items).Select(MakeItem).OrderBy(i => i.Id);
        IEnumerable<Event> events = Enumerable.Range(0, Items).Select(MakeEvent).OrderBy(e => e.User);
        return $"0\n{Join(items)}\n{Join(events)}";
    }

    private static string Join(IEnumerable<Item> items) =>
        string.Join('\n', items.Select(i => $"{i.Id}|{i.Title}|{i.Text}|{i.Category}|{i.Price}|{Join(i.Attributes)}"));

    private static string Join(IReadOnlyDictionary<string, AttributeValue> attributes) =>
        string.Join(';', attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"));

    private static string Join(IEnumerable<Event> events) =>
        string.Join('\n', events.Select(e => $"{e.User}|{e.Item}|{e.Kind}|{e.Time:O}|{e.Session}|{e.Request}"));
}
