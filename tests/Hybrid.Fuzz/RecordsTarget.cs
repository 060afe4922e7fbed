using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid.Fuzz;

/// <summary>The database of the records.</summary>
internal static class RecordsTarget
{
    public static FuzzTarget Make(TemporaryFolder folder)
    {
        string path = folder.File("records.db");
        using (RecordStore store = RecordStore.Open(path))
        using (RecordImport import = store.BeginImport())
        {
            for (int i = 0; i < 20; i++)
            {
                import.Add(new Item($"P{i}")
                {
                    Title = $"Mug {i}",
                    Category = i % 3 == 0 ? null : "kitchen",
                    Price = i / 2.0,
                    Attributes = new Dictionary<string, AttributeValue> { ["color"] = "blue", ["weight"] = 0.5 * i, ["new"] = i % 2 == 0 },
                });
                import.Add(new Event($"U{i % 4}", $"P{i}", "view", DateTimeOffset.UnixEpoch.AddDays(20_000 + i), i % 2 == 0 ? "S1" : null));
            }
            import.Commit();
        }
        byte[] whole = File.ReadAllBytes(path);
        return new FuzzTarget("records", [whole], input =>
        {
            foreach (string left in Directory.EnumerateFiles(folder.Path, "records.db*"))
                File.Delete(left);
            File.WriteAllBytes(path, input);
            try
            {
                using RecordStore store = RecordStore.Open(path);
                foreach (Item item in store.ReadItems())
                    Assert.NotEqual(default, item.Id);
                Assert.InRange(store.ReadEvents().LongCount(), 0, input.Length);
                store.ReadHistory("U1", 5);
                store.ReadPopular();
                store.Find("P1");
            }
            catch (RecordsException)
            {
                // What it says of a file that is damaged or none of ours.
            }
        })
        { Tokens = Damage.Text("SQLite format 3\0", "CREATE TABLE items", "{\"color\":", "kitchen", "U1", "P1") };
    }
}
