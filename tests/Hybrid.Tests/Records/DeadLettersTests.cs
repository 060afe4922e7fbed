using Hybrid.Records;

namespace Hybrid.Tests.Records;

public sealed class DeadLettersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordStore _records;

    public DeadLettersTests() => _records = RecordStore.Open(_folder.File("records.db"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _records.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_newest_come_first_with_place_and_reason()
    {
        _records.DeadLetters.Add([Letter("{", line: 3, "no JSON"), Letter("{}", line: 9, "no user")]);
        _records.DeadLetters.Add([Letter(new string('x', 10_000), line: null, "no JSON")]);

        IReadOnlyList<DeadLetter> kept = _records.DeadLetters.Read(2);

        Assert.Equal([(null, "no JSON"), (9L, "no user")], kept.Select(letter => (letter.Line, letter.Reason)));
        Assert.Equal(DeadLetters.MostCharacters + 1, kept[0].Content.Length);   // and "…"
        Assert.Equal((DateTimeOffset.UnixEpoch, "standard input"), (kept[1].Time, kept[1].Source));
    }

    [Fact]
    public void A_stream_that_is_wrong_throughout_leaves_its_last_ones()
    {
        _records.DeadLetters.Add([.. Enumerable.Range(1, DeadLetters.Most + 7).Select(line => Letter("?", line, "no JSON"))]);
        Assert.Equal(DeadLetters.Most, _records.DeadLetters.Count);
        Assert.Equal(8, _records.DeadLetters.Read(int.MaxValue)[^1].Line);
    }

    [Theory]
    [InlineData("""{"user":"Zoë","item":""}""")]
    [InlineData("""{"user":"Zo\u00eb","item":""}""")]
    [InlineData("""{"user": Zoë""")]
    public async Task Who_is_erased_is_in_none_of_them(string content)
    {
        _records.DeadLetters.Add([Letter(content, 1, "no item"), Letter("""{"user":"Zoëy"}""", 2, "no item"), Letter("?", 3, "the user 'Zoë' is none")]);
        Assert.Equal((0, 2), await _records.EraseAsync("Zoë", Token));
        Assert.Equal([2], _records.DeadLetters.Read(10).Select(letter => letter.Line ?? 0));
    }

    private static DeadLetter Letter(string content, long? line, string reason) => new(0, DateTimeOffset.UnixEpoch, "standard input", line, content, reason);
}
