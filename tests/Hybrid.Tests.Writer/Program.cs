// Writes to a store until it is killed: Hybrid.Tests.Writer <database> <first step>.
// "do 7" goes out before step 7 begins, "ack 7" after it was acknowledged.
using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Tests.Writer;

await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(args[0]);
IVectorCollection collection = await store.OpenAsync(Script.Collection);
for (int step = int.Parse(args[1], CultureInfo.InvariantCulture); ; step++)
{
    Say($"do {step}");
    switch (Script.KindOf(step))
    {
        case Script.Kind.Upsert:
            await collection.UpsertAsync(Script.Upserts(step));
            break;
        case Script.Kind.Remove:
            await collection.RemoveAsync(Script.Removals(step));
            break;
        case Script.Kind.Build:
            await collection.BuildIndexAsync();
            break;
        case Script.Kind.Import:
            using (CatalogImport import = store.Catalog.BeginImport())
            {
                foreach (Item item in Script.Import(step))
                    import.Add(item);
                import.Commit();
            }
            break;
    }
    Say($"ack {step}");
}

static void Say(string line)
{
    Console.Out.WriteLine(line);
    Console.Out.Flush();
}
