// Opens a vector store and closes it: Hybrid.Tests.Writer open <database>.
// Or gives rows other vectors until it is killed: Hybrid.Tests.Writer replace <database>.
// Or writes to one until it is killed: Hybrid.Tests.Writer <database> <first step>.
// "do 7" goes out before step 7 begins, "ack 7" after it was acknowledged.
using System.Globalization;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Tests.Writer;

if (args is ["engine", var verb, var folder, var model, ..])
{
    await EngineCalls.RunAsync(verb, folder, model, args.ElementAtOrDefault(4));
    return;
}
if (args is ["open", var older])
{
    await EmbeddedVectorStore.Open(older).DisposeAsync();
    return;
}
if (args is ["replace", var replaced])
{
    await using EmbeddedVectorStore full = EmbeddedVectorStore.Open(replaced);
    IVectorCollection rows = await full.OpenAsync(Script.Collection);
    for (int step = Environment.TickCount; ; step++)
        await rows.UpsertAsync(Script.Replacements(step));
}
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
        case Script.Kind.Drop:
            IVectorCollection dropped = await store.CreateAsync(Script.Dropped, Script.Space);
            await dropped.UpsertAsync(Script.Many(step));
            await dropped.BuildIndexAsync();
            await store.DropAsync(dropped.Name);
            break;
    }
    Say($"ack {step}");
}

static void Say(string line)
{
    Console.Out.WriteLine(line);
    Console.Out.Flush();
}
