using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Vectors;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Contracts;

/// <summary>What a copy promises, from one store to another; one derived class per pair of stores.</summary>
public abstract class CollectionCopyContract : IAsyncLifetime
{
    private const int Dimension = 8;

    /// <summary>More than two batches.</summary>
    private const int Rows = 1_300;

    private static readonly VectorSpace Flat = Space(Dimension);

    private IVectorStore? _from, _to;
    private IVectorCollection? _source, _target;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<IVectorStore> OpenSourceAsync();

    protected abstract Task<IVectorStore> OpenTargetAsync();

    private IVectorCollection Source => _source!;   // set before each test

    private IVectorCollection Target => _target!;   // likewise

    public async ValueTask InitializeAsync()
    {
        (_from, _to) = (await OpenSourceAsync(), await OpenTargetAsync());
        _source = await _from.CreateAsync("products", Flat, Token);
        _target = await _to.CreateAsync("products", Flat, Token);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _from!.DisposeAsync();   // ! : set before each test
        await _to!.DisposeAsync();   // likewise
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_copy_has_every_row_with_vector_sequence_fingerprint_and_fields()
    {
        await WriteAsync(Source, 0, Rows);

        CopyReport report = await new CollectionCopy(Source, Target).RunAsync(cancellationToken: Token);

        Assert.Equal((Rows, Rows, 0, 0), ((int)report.Rows, (int)report.Copied, (int)report.Unchanged, (int)report.Removed));
        await ExpectSameAsync();
        StoredItem row = (await Target.GetAsync(["P0007"], cancellationToken: Token))["P0007"];
        Assert.Equal((1007, "made from P0007", "category 1", 7.5, true), (row.Sequence, row.Fingerprint, row.Fields.Category, row.Fields.Price,
            row.Fields.InStock));
        Assert.Equal("12.50", row.Fields.Attributes["weight"].AsWritten);
    }

    [Fact]
    public async Task A_second_copy_writes_only_what_has_changed_and_takes_out_what_is_gone()
    {
        await WriteAsync(Source, 0, Rows);
        string before = (await new CollectionCopy(Source, Target).RunAsync(cancellationToken: Token)).Checksum;
        await WriteAsync(Source, 100, 103, sequence: 5000);
        await WriteAsync(Source, Rows, Rows + 2);
        await Source.RemoveAsync(["P0000", "P0700"], Token);

        CopyReport report = await new CollectionCopy(Source, Target).RunAsync(cancellationToken: Token);

        Assert.Equal((Rows, 5, 2), ((int)report.Rows, (int)report.Copied, (int)report.Removed));
        Assert.NotEqual(before, report.Checksum);
        await ExpectSameAsync();
        CopyReport again = await new CollectionCopy(Source, Target).RunAsync(cancellationToken: Token);
        Assert.Equal((0, 0, report.Checksum), ((int)again.Copied, (int)again.Removed, again.Checksum));
    }

    [Fact]
    public async Task An_interrupted_copy_goes_on_behind_the_last_row_that_is_right()
    {
        await WriteAsync(Source, 0, Rows);
        var faulty = new FaultyCollection(Target) { FailsAtWrite = 2 };
        await Assert.ThrowsAsync<VectorStoreException>(() => new CollectionCopy(Source, faulty).RunAsync(cancellationToken: Token));
        int there = (await Target.ReadAllAsync(withVectors: false, cancellationToken: Token)).Count;
        Assert.Equal(CollectionCopy.BatchRows, there);
        // Between the two runs the source goes on: a row that was copied changes, one goes, one comes before it.
        await WriteAsync(Source, 5, 6, sequence: 5000);
        await Source.RemoveAsync(["P0006"], Token);
        await Source.UpsertAsync(Batch(("A", Draw(new Random(1), Dimension))), Token);

        CopyReport report = await new CollectionCopy(Source, Target).RunAsync(cancellationToken: Token);

        Assert.Equal((Rows, Rows - there + 2, 1), ((int)report.Rows, (int)report.Copied, (int)report.Removed));
        await ExpectSameAsync();
    }

    [Fact]
    public async Task A_cancelled_copy_keeps_what_it_has_written()
    {
        await WriteAsync(Source, 0, Rows);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var faulty = new FaultyCollection(Target) { AfterWrite = stop.Cancel };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new CollectionCopy(Source, faulty).RunAsync(cancellationToken: stop.Token));

        Assert.NotEmpty(await Target.ReadAllAsync(withVectors: false, cancellationToken: Token));
        await new CollectionCopy(Source, Target).RunAsync(cancellationToken: Token);
        await ExpectSameAsync();
    }

    [Fact]
    public async Task Rows_that_only_the_target_has_are_taken_out_and_a_wrong_vector_is_found()
    {
        await WriteAsync(Source, 0, 20);
        await WriteAsync(Target, 0, 20);
        await Target.UpsertAsync(Batch(("0-before", Draw(new Random(1), Dimension)), ("Z-behind", Draw(new Random(2), Dimension))), Token);
        // All that says of what it was made is right; only the vector is not.
        StoredItem row = (await Source.GetAsync(["P0003"], cancellationToken: Token))["P0003"];
        await Target.UpsertAsync(new ItemBatch(Flat, [row.Fields], Draw(new Random(3), Dimension), [row.Fingerprint], [row.Sequence]), Token);

        CopyReport report = await new CollectionCopy(Source, Target).RunAsync(cancellationToken: Token);

        Assert.Equal((20, 1, 2), ((int)report.Rows, (int)report.Copied, (int)report.Removed));
        await ExpectSameAsync();
    }

    [Fact]
    public async Task An_empty_collection_empties_the_target()
    {
        await WriteAsync(Target, 0, 3);
        CopyReport report = await new CollectionCopy(Source, Target).RunAsync(cancellationToken: Token);
        Assert.Equal((0, 0, 3), ((int)report.Rows, (int)report.Copied, (int)report.Removed));
        Assert.Empty(await Target.ReadAllAsync(cancellationToken: Token));
    }

    [Fact]
    public async Task What_somebody_else_goes_on_writing_is_said_and_not_called_a_copy()
    {
        await WriteAsync(Source, 0, 3);
        int written = 0;
        var busy = new FaultyCollection(Target) { BeforeRead = () => WriteAsync(Target, 1, 2, sequence: 9000 + ++written) };
        VectorStoreException failure = await Assert.ThrowsAsync<VectorStoreException>(() => new CollectionCopy(Source,
            busy).RunAsync(cancellationToken: Token));
        Assert.Contains("rows still differ, so somebody is writing one of the two", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_ends_with_every_row_compared_twice()
    {
        await WriteAsync(Source, 0, Rows);
        var seen = new List<long>();
        await new CollectionCopy(Source, Target).RunAsync(new Collected(seen), Token);
        Assert.Equal(2 * Rows, seen[^1]);
        Assert.Equal(seen.Order(), seen);
    }

    [Fact]
    public async Task A_collection_of_another_space_is_refused_with_both_named()
    {
        IVectorCollection other = await _to!.CreateAsync("others", Space(Dimension, "another"), Token);   // ! : set before each test
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new CollectionCopy(Source, other));
        Assert.Contains("made-up@", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("another@", refusal.Message, StringComparison.Ordinal);
    }

    private async Task ExpectSameAsync()
    {
        List<StoredItem> source = await Source.ReadAllAsync(cancellationToken: Token), target = await Target.ReadAllAsync(cancellationToken: Token);
        Assert.Equal(source.Select(Describe), target.Select(Describe));

        static string Describe(StoredItem row) =>
            $"{row.Fields.Id} {row.Sequence} {row.Fingerprint} {row.Fields.Category} {row.Fields.Price} {row.Fields.InStock} "
            + $"{string.Join(';', row.Fields.Attributes.Select(a => $"{a.Key}={a.Value}"))} {string.Join(',', row.Vector.ToArray())}";
    }

    private static Task WriteAsync(IVectorCollection collection, int from, int to, long sequence = 1000)
    {
        Item[] items =
        [
            .. Enumerable.Range(from, to - from).Select(i => new Item($"P{i:D4}")
            {
                Title = $"Title {i}",
                Category = i % 3 == 0 ? null : $"category {i % 3}",
                Price = i + 0.5,
                InStock = i % 5 == 0 ? null : true,
                Attributes = new Dictionary<string, AttributeValue> { ["weight"] = Written, ["tags"] = AttributeValue.OfList(["a", i]) },
            }),
        ];
        float[] vectors = [.. Enumerable.Range(from, to - from).SelectMany(i => Draw(new Random((int)sequence + i), Dimension))];
        return collection.UpsertAsync(new ItemBatch(Flat, items, vectors, [.. items.Select(item => $"made from {item.Id}")],
            [.. Enumerable.Range(from, to - from).Select(i => sequence + i)]), Token);
    }

    /// <summary>A number that has to keep its digits.</summary>
    private static AttributeValue Written { get; } = ItemFile.Read(new MemoryStream("id,title,weight\nP1,x,12.50\n"u8.ToArray()), "items.csv")
        .Single().Attributes["weight"];

    private sealed class Collected(List<long> seen) : IProgress<long>
    {
        public void Report(long value) => seen.Add(value);
    }
}
