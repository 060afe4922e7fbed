using System.Diagnostics;
using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Tests.Writer;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>A process writes, is killed with SIGKILL, and the next one goes on in the same file: nothing that was acknowledged may be missing, and nothing
/// may be there in part.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(12, 0)]
    [InlineData(12, 1)]
    public async Task Every_acknowledged_write_survives_a_kill_at_any_moment(int kills, int lane)
    {
        int seed = Environment.TickCount * 2 + lane;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        string path = folder.File("killed.db");
        await using (EmbeddedVectorStore store = EmbeddedVectorStore.Open(path))
            await store.CreateAsync("killed", Script.Space, Token);

        var expected = new Twin();
        int inDoubt = 0, inDoubtKept = 0, inBuild = 0, inDrop = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            (int begun, int acknowledged) = await WriteUntilKilledAsync(path, expected.Step, random);
            while (expected.Step <= acknowledged)
                expected.Apply();
            Twin? oneMore = null;
            if (begun > acknowledged)
            {
                oneMore = expected.Copy();
                oneMore.Apply();
                inDoubt++;
                inBuild += Script.KindOf(begun) == Script.Kind.Build ? 1 : 0;
                inDrop += Script.KindOf(begun) == Script.Kind.Drop ? 1 : 0;
            }

            await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(path);
            string there = await DescribeAsync(store);
            if (there != expected.Describe() && oneMore is not null && there == oneMore.Describe())
            {
                expected = oneMore;
                inDoubtKept++;
            }
            Assert.Equal(expected.Describe(), there);
            await ExpectSearchesToAgreeAsync(store, expected, random);
            await ExpectNoRemainsAsync(store, folder);
        }
        output.WriteLine($"{expected.Step} steps; {inDoubt} of {kills} kills hit a step, {inDoubtKept} of these were kept.");
        output.WriteLine($"{inBuild} hit a build, {inDrop} a drop.");
        Assert.True(expected.Step > kills, "The process hardly wrote: the test shows nothing.");
    }

    [Fact]
    public async Task A_kill_while_room_is_given_back_loses_no_vector_and_leaves_no_file()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        string path = folder.File("killed.db");
        await using (EmbeddedVectorStore store = EmbeddedVectorStore.Open(path))
            await store.CreateAsync("killed", Script.WideSpace, Token);
        for (int kill = 0; kill < 5; kill++)
        {
            HashSet<string> seen = [];
            using (Process process = WriterProcess.Start("replace", path))
            {
                // Once it has given a file back, at whatever point it then is.
                bool isGivenBack = false;
                while (!isGivenBack && !process.HasExited)
                {
                    await Task.Yield();
                    string[] now = [.. Segments()];
                    isGivenBack = seen.Except(now).Any();
                    seen.UnionWith(now);
                }
                Assert.False(process.HasExited, "The writer ended by itself.");
                Thread.SpinWait(random.Next(1_000_000));
                process.Kill();
                await process.WaitForExitAsync(Token);
            }
            await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(path);
            IVectorCollection collection = await store.OpenAsync(Script.Collection, Script.WideSpace, Token);
            List<StoredItem> rows = await collection.ReadAllAsync(cancellationToken: Token);
            Assert.InRange(rows.Count, 300 / 2, Script.WideItems);
            Assert.All(rows, row => Assert.True(Script.Wide(row.Fingerprint).AsSpan().SequenceEqual(row.Vector.Span), $"seed {seed}, kill {kill}"));
            using Hybrid.Records.Sqlite.Database database = LeftOvers.Open(path);
            Assert.Equal(database.Read("read", SegmentRow.ReadAll).Select(row => $"killed.db.{row.Id}.vec").Order(StringComparer.Ordinal),
                Segments().Order(StringComparer.Ordinal));
        }

        IEnumerable<string> Segments() => folder.Names.Where(name => name.EndsWith(".vec", StringComparison.Ordinal));
    }

    private static async Task<(int Begun, int Acknowledged)> WriteUntilKilledAsync(string path, int step, Random random)
    {
        // A kill after some acknowledgement comes between two steps or early in one; a kill after a "do" and a while comes inside one.
        int linesToWait = random.Next(1, 40);
        int spins = random.Next(3) switch { 0 => 0, 1 => random.Next(20_000), _ => random.Next(400_000) };
        int begun = step - 1, acknowledged = step - 1;
        using Process process = WriterProcess.Start(path, step.ToString(CultureInfo.InvariantCulture));
        while (await process.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            int number = int.Parse(line.AsSpan(line.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
            if (line.StartsWith("do", StringComparison.Ordinal))
                begun = number;
            else
                acknowledged = number;
            if (--linesToWait == 0)
            {
                Thread.SpinWait(spins);
                process.Kill();
            }
        }
        await process.WaitForExitAsync(Token);
        Assert.True(linesToWait <= 0, $"The writer ended by itself with code {process.ExitCode} after step {acknowledged}.");
        return (begun, acknowledged);
    }

    private static async Task<string> DescribeAsync(EmbeddedVectorStore store)
    {
        IVectorCollection collection = await store.OpenAsync(Script.Collection, Script.Space, Token);
        List<StoredItem> rows = await collection.ReadAllAsync(cancellationToken: Token);
        Assert.Equal(rows.Count, await collection.CountAsync(Token));
        IReadOnlyDictionary<ItemId, StoredItem> found = await collection.GetAsync([.. rows.Select(row => row.Fields.Id)], cancellationToken: Token);
        Assert.Equal(Describe(rows), Describe(found.Values.OrderBy(row => row.Fields.Id)));
        return Describe(rows);
    }

    private static string Describe(IEnumerable<StoredItem> rows) =>
        string.Join('\n', rows.Select(row => $"{row.Fields.Id} {row.Fingerprint} {row.Sequence} {string.Join(' ', row.Vector.ToArray())}"));

    /// <summary>What a kill within a drop leaves is deleted by the next start: rows and files.</summary>
    private static async Task ExpectNoRemainsAsync(EmbeddedVectorStore store, TemporaryFolder folder)
    {
        // A kill before the drop leaves the collection itself, whole or still empty.
        foreach (CollectionInfo half in (await store.ListAsync(Token)).Where(c => c.Name.StartsWith(Script.Dropped, StringComparison.Ordinal)))
        {
            Assert.True(half.Count is 0 or Script.ManyRows);
            await store.DropAsync(half.Name, Token);
        }
        await LeftOvers.AreGoneAsync(store.Path, collections: 1, vectors: Assert.Single(await store.ListAsync(Token)).Count);
        Assert.DoesNotContain(folder.Names, name =>
            name.EndsWith(".part", StringComparison.Ordinal) || name.Contains(Script.Dropped, StringComparison.Ordinal));
    }

    private static async Task ExpectSearchesToAgreeAsync(EmbeddedVectorStore store, Twin expected, Random random)
    {
        IVectorCollection collection = await store.OpenAsync(Script.Collection, Script.Space, Token);
        float[] query = UnitVectors.Draw(random, Script.Dimension);
        IReadOnlyList<Neighbor> found = await collection.SearchAsync(query, 10, new SearchOptions { Probes = int.MaxValue }, Token);
        UnitVectors.ExpectNearest(expected.Rows.Select(r => KeyValuePair.Create(r.Key, r.Value.Vector.ToArray())), query, 10, found);
    }

    /// <summary>What the store holds after the steps before <see cref="Step"/>.</summary>
    private sealed class Twin
    {
        /// <summary>The next step.</summary>
        public int Step { get; private set; }

        public Dictionary<ItemId, StoredItem> Rows { get; private init; } = [];

        public Twin Copy() => new() { Step = Step, Rows = new(Rows) };

        public void Apply()
        {
            switch (Script.KindOf(Step))
            {
                case Script.Kind.Upsert:
                    ItemBatch batch = Script.Upserts(Step);
                    for (int i = 0; i < batch.Items.Count; i++)
                        Rows[batch.Items[i].Id] = new StoredItem(batch.Items[i], batch.VectorOf(i).ToArray(), batch.Sequences[i], batch.Fingerprints[i]);
                    break;
                case Script.Kind.Remove:
                    foreach (ItemId item in Script.Removals(Step))
                        Rows.Remove(item);
                    break;
                case Script.Kind.Drop or Script.Kind.Build:
                    break;   // nothing to see
            }
            Step++;
        }

        public string Describe() => KillTests.Describe(Rows.Values.OrderBy(row => row.Fields.Id));
    }
}
