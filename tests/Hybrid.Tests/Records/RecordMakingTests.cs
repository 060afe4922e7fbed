using Hybrid.Catalog;
using Hybrid.Records;
using Microsoft.Data.Sqlite;

namespace Hybrid.Tests.Records;

/// <summary>Several who make, use and close one records file at the same moment.</summary>
public sealed class RecordMakingTests : IDisposable
{
    private const int Rounds = 60;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Whoever_opens_an_empty_folder_at_the_same_moment_gets_the_same_records()
    {
        for (int round = 0; round < Rounds; round++)
        {
            string path = _folder.File($"{round}/records.db");
            using var begin = new Barrier(3);
            await Task.WhenAll(Enumerable.Range(0, begin.ParticipantCount).Select(writer => Task.Factory.StartNew(() =>
            {
                begin.SignalAndWait(Token);
                using RecordStore records = RecordStore.Open(path);
                Assert.Equal(1, records.UpsertAsync([new Item($"P{writer}")], Token).GetAwaiter().GetResult());   // a thread of its own
            }, Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            using RecordStore all = RecordStore.Open(path);
            Assert.Equal(["P0", "P1", "P2"], all.ReadItems().Select(item => item.Id.Value));
        }
    }

    [Fact]
    public async Task Whoever_opens_records_that_another_removes_as_unused_keeps_what_they_write()
    {
        for (int round = 0; round < Rounds; round++)
        {
            string path = _folder.File($"{round}/records.db");
            using var begin = new Barrier(2);
            RecordStore unused = RecordStore.Open(path);
            Task closing = Task.Factory.StartNew(() =>
            {
                begin.SignalAndWait(Token);
                unused.Dispose();
            }, Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Task writing = Task.Factory.StartNew(() =>
            {
                begin.SignalAndWait(Token);
                using RecordStore records = RecordStore.Open(path);
                records.UpsertAsync([new Item("P1")], Token).GetAwaiter().GetResult();   // a thread of its own
            }, Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Task.WhenAll(closing, writing);

            using RecordStore kept = RecordStore.Open(path);
            Assert.True(kept.ItemCount == 1, $"What was acknowledged in round {round} is gone.");
        }
    }

    [Fact]
    public async Task A_file_that_was_about_to_be_removed_when_its_owner_was_ended_has_its_log_again()
    {
        string path = _folder.File("records.db");
        using (RecordStore records = RecordStore.Open(path))
            await records.UpsertAsync([new Item("P1")], Token);
        JournalMode(path, " = DELETE");

        using RecordStore again = RecordStore.Open(path);
        Assert.Equal("wal", JournalMode(path));
        Assert.Equal(1, again.ItemCount);
    }

    private static string JournalMode(string path, string change = "")
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"PRAGMA journal_mode{change}";
        return (string)command.ExecuteScalar()!;
    }
}
