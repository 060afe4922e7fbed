using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Tests.Catalog;

/// <summary>Files made to cost time or memory: what a reader does with each is linear in it, and hears a cancellation.</summary>
public sealed class HugeFileTests
{
    [Fact]
    public void A_JSON_line_of_80_000_fields_is_an_item()
    {
        string fields = string.Join(',', Enumerable.Range(0, 80_000).Select(i => $"\"f{i}\":1"));
        (List<Item> items, List<RejectedRow> rejected) = Read($"{{\"id\":\"P1\",\"title\":\"Lamp\",{fields}}}");   // took 25 s when it was quadratic
        Assert.Empty(rejected);
        Assert.Equal((80_000, 1.0), (items.Single().Attributes.Count, items[0].Attributes["f79999"].Number));
    }

    [Fact]
    public void A_CSV_line_of_100_000_quoted_fields_is_an_item()
    {
        string names = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"c{i}"));
        string values = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"{i}\""));
        Assert.Equal(100_000, Read($"id,title,{names}\nP1,Lamp,{values}\n").Items.Single().Attributes.Count);
    }

    [Fact]
    public void Many_columns_that_hold_no_field_are_named_in_a_short_message()
    {
        var refusal = Assert.Throws<DataFileException>(() => Read(string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"column{i}")) + "\n"));
        Assert.Contains("column29 and 49,970 more. Map one to it: id=column", refusal.Message, StringComparison.Ordinal);
        Assert.True(refusal.Message.Length < 1000);
    }

    [Theory]
    [InlineData("\"P,x\n", 0)]       // opens a quote that the next line breaks
    [InlineData("P,\"\n", 1000)]     // opens one that the next line closes
    [InlineData("\"\"x\n", 0)]
    [InlineData("P,\"\"\"\n", 1000)]
    public void A_file_whose_every_line_opens_a_quote_reads_to_its_end(string line, int items)
    {
        (List<Item> read, List<RejectedRow> rejected) = Read("id,title\n" + string.Concat(Enumerable.Repeat(line, 2000)));
        Assert.Equal((items, items == 0 ? 2000 : 0), (read.Count, rejected.Count));
    }

    [Fact]
    public void The_end_of_a_quoted_field_is_not_looked_for_beyond_256_KB_of_empty_lines()
    {
        byte[] start = "id,title\nP1,\"Lamp\n"u8.ToArray();
        using var endless = new Repeating(start, "\n"u8.ToArray());
        long given = 0;
        var options = new FileReadOptions { OnRejected = _ => (given, endless.IsEnded) = (endless.Given, true) };
        Assert.Empty(ItemFile.Read(endless, "items.csv", options, TestContext.Current.CancellationToken));
        Assert.InRange(given, 1 << 18, 1 << 20);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("{\"id\":\"")]
    public void A_line_that_never_ends_hears_a_cancellation(string start)
    {
        using var cancellation = new CancellationTokenSource();
        using var endless = new Repeating(System.Text.Encoding.UTF8.GetBytes(start), "x"u8.ToArray()) { OnGiven = given => CancelAt(given) };
        Assert.Throws<OperationCanceledException>(() => ItemFile.Read(endless, "items", null, cancellation.Token).Count());

        void CancelAt(long given)
        {
            if (given > 10 << 20)
                cancellation.Cancel();
        }
    }

    [Fact]
    public void A_JSON_line_of_many_fields_hears_a_cancellation() =>
        Assert.Throws<OperationCanceledException>(() => JsonFields.Read("{\"a\":1}"u8, new CancellationToken(canceled: true)));

    private static (List<Item> Items, List<RejectedRow> Rejected) Read(string text)
    {
        var rejected = new List<RejectedRow>();
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        return ([.. ItemFile.Read(stream, "items.csv", new FileReadOptions { OnRejected = rejected.Add }, TestContext.Current.CancellationToken)], rejected);
    }

    /// <summary>A beginning, and then the same bytes again and again until it is ended.</summary>
    private sealed class Repeating(byte[] start, byte[] again) : ForwardStream
    {
        public long Given { get; private set; }

        public bool IsEnded { get; set; }

        public Action<long>? OnGiven { get; init; }

        public override int Read(Span<byte> buffer)
        {
            if (IsEnded)
                return 0;
            for (int i = 0; i < buffer.Length; i++, Given++)
                buffer[i] = Given < start.Length ? start[Given] : again[(Given - start.Length) % again.Length];
            OnGiven?.Invoke(Given);
            return buffer.Length;
        }
    }
}
