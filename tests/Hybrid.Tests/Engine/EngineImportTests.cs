using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid.Tests.Engine;

public sealed class EngineImportTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task Files_replace_what_there_was_of_their_kind_and_a_merge_adds_to_it()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        ImportReport report = await ImportAsync(engine, items: ["P1,Lamp", "P2,Hose"], events: ["U1,P1,view,2026-05-01", "U2,P9,view,2026-05-01"]);
        Assert.Equal((new ImportedItems(2, 0, 0, 0, 0), new ImportedEvents(2, 2, 1, 0), 0, null),
            (report.Items, report.Events, report.Rejected, report.RejectsFile));
        report = await ImportAsync(engine, items: ["P2,Garden hose", "P3,Kettle"]);
        Assert.Equal((new ImportedItems(1, 1, 0, 1, 0), null), (report.Items, report.Events));
        Assert.Equal(["P2", "P3"], engine.Records.ReadItems().Select(item => item.Id.Value));
        Assert.Equal(2, engine.Records.EventCount);
        report = await ImportAsync(engine, items: ["P4,Mug"], events: ["U2,P9,view,2026-05-01", "U3,P4,view,2026-05-01"], merge: true);
        Assert.Equal((new ImportedItems(1, 0, 0, 0, 0), new ImportedEvents(1, 1, 0, 1)), (report.Items, report.Events));
        Assert.Equal(3, engine.Records.ItemCount);
    }

    [Fact]
    public async Task A_file_of_which_nothing_can_be_used_changes_nothing()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AddAsync(Shop.Items, Token);
        foreach (bool accepts in (bool[])[false, true])
        {
            var refusal = await Assert.ThrowsAsync<DataFileException>(() => ImportAsync(engine, items: [",x", ",y"], accepts: accepts));
            Assert.Contains("none of its rows can be used", refusal.Message, StringComparison.Ordinal);
        }
        Assert.Equal((10, 10), (engine.Records.ItemCount, engine.NotIndexed));
        Assert.Equal(2, File.ReadLines(_shop.DataFile("rejects.jsonl")).Count());
    }

    [Fact]
    public async Task Mostly_bad_rows_do_not_replace_the_catalogue_unless_told_to()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        string[] good = [.. Enumerable.Range(0, 8).Select(i => $"G{i},Good {i}")];
        // Into an empty folder they go: there is nothing to lose.
        Assert.Equal(2, (await ImportAsync(engine, items: [.. good, "B1,", "B2,"])).Rejected);
        await engine.AddAsync([Shop.Product("B1", "Known"), Shop.Product("OTHER", "Gone with the next import")], Token);

        var refusal = await Assert.ThrowsAsync<RefusedImportException>(() => ImportAsync(engine, items: [.. good, "B1,", "B2,"]));
        Assert.Contains("AcceptsRejects", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("2 of 10 items cannot be used", refusal.What, StringComparison.Ordinal);
        Assert.NotNull(engine.Records.Find("OTHER"));

        ImportReport report = await ImportAsync(engine, items: [.. good, "B1,", "B2,"], accepts: true);
        Assert.Equal((1, 2), (report.Items?.Removed, report.Rejected));
        Assert.Equal("Known", engine.Records.Find("B1")?.Title);   // its row could not be used, so it stays as it was
        Assert.Null(engine.Records.Find("OTHER"));
        // ! : there are two
        Assert.Equal(["B1", "B2"], File.ReadLines(report.RejectsFile!).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("item").GetString()));

        // A merge loses nothing, and rows that go on about an item without a title are variants of it.
        await ImportAsync(engine, items: ["G1,Better", "B2,"], merge: true);
        report = await ImportAsync(engine, items: [.. good, "G1,", "G1,", "G1,"]);
        Assert.Equal((0, 0), (report.Items?.Added, report.Rejected));
        report = await ImportAsync(engine, items: good);
        Assert.Equal((0, null, false), (report.Rejected, report.RejectsFile, File.Exists(_shop.DataFile("rejects.jsonl"))));
    }

    [Fact]
    public async Task A_file_of_what_changed_today_does_not_remove_the_catalogue_unless_told_to()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        string[] all = [.. Enumerable.Range(0, 120).Select(i => $"P{i},Mug {i}")];
        await ImportAsync(engine, items: all);

        RefusedImportException refusal = await Assert.ThrowsAsync<RefusedImportException>(() => ImportAsync(engine, items: ["P7,Mug seven"]));
        Assert.Contains("119 of the 120 items that are there are not in the files", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ImportRequest", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((120, "Mug 7"), (engine.Records.ItemCount, engine.Records.Find("P7")?.Title));

        Assert.Equal(12, (await ImportAsync(engine, items: all[12..])).Items?.Removed);   // a tenth is no more than a tenth
        Assert.Equal(107, (await ImportAsync(engine, items: ["P119,Mug"], replace: true)).Items?.Removed);
    }

    [Fact]
    public async Task Prices_that_can_be_read_in_two_ways_are_settled_by_the_whole_file()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        string file = _shop.File("prices.csv");
        await File.WriteAllTextAsync(file, "id,title,price,weight\nP1,Lamp,1.249,1.5\nP2,Hose,\"12,99\",NaN\nP3,Cup,,3\n", Token);
        ImportReport report = await engine.ImportAsync(new ImportRequest { Items = [file] }, cancellationToken: Token);
        Assert.Equal([1249, 12.99, null], engine.Records.ReadItems().Select(item => item.Price));
        Assert.Contains("1 prices can be read in two ways, and were read with a comma before the cents", report.Notes.Single(), StringComparison.Ordinal);
        Assert.Equal(["P1 1.5", "P3 3"], engine.Records.ReadItems().SelectMany(item => item.Attributes.Values.Select(w => $"{item.Id} {w.Number}")));
    }

    [Fact]
    public async Task What_a_person_should_know_is_said()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        ImportReport report = await ImportAsync(engine, items: ["p-1,Lamp", " p-1 ,Lamp two"],
            events: ["U1,P-1,view,2026-05-01", "U1,P-1,view,2999-05-01"]);
        Assert.Equal((1, 1L), (report.InFuture, report.Items?.Added));
        Assert.Collection(report.Notes.Order(),
            note => Assert.Contains("1 event has a time that is still to come", note, StringComparison.Ordinal),
            note => Assert.Contains("1 row writes an id in another way than a row before, 'p-1' and ' p-1 '", note, StringComparison.Ordinal),
            note => Assert.Contains("there is 'P-1' in the log, ' p-1 ' in the catalogue", note, StringComparison.Ordinal));
        Assert.Equal(" p-1 ", engine.Records.Find("p-1")?.IdAsGiven);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_number_of_the_log_that_became_a_fraction_is_the_item_whichever_came_first(bool eventsFirst)
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        string[] items = ["101,Mug", "102,Cup", "7.0,Seven", "7,Other"], events = ["U1,101.0,view,2026-05-01", "U1,102.0,view,2026-05-02",
            "U1,7.0,view,2026-05-03"];
        if (eventsFirst)
            await ImportAsync(engine, events: events);
        ImportReport report = await ImportAsync(engine, items: items, events: eventsFirst ? null : events);
        Assert.Equal(eventsFirst ? null : 0, report.Events?.OnUnknownItems);
        Assert.Equal(["101", "102", "7.0"], engine.Records.ReadHistory("U1").Select(item => item.Value));
        Assert.Equal(["101", "102", "7.0"], engine.Records.ReadEvents().Select(e => e.Item.Value));
        Assert.Equal(["101", "102", "7.0"], engine.Records.ReadPopular().Select(item => item.Value));
    }

    [Fact]
    public async Task What_is_still_to_come_is_never_the_newest()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await ImportAsync(engine, items: ["A,Mug", "B,Cup", "C,Jug"], events: ["U1,B,view,2999-01-01", "U1,A,view,2026-05-01", "U1,C,view,2026-05-02"]);
        Assert.Equal(["B", "A", "C"], engine.Records.ReadHistory("U1").Select(item => item.Value));
        Assert.Equal(["A", "C"], engine.Records.ReadHistory("U1", last: 2).Select(item => item.Value));
    }

    [Fact]
    public void A_preview_reads_all_and_touches_nothing()
    {
        string file = _shop.File("items.csv");
        File.WriteAllLines(file, ["id,title,color", .. Enumerable.Range(0, 30).Select(i => $"P{i},Mug {i},red"), ",x,"]);
        ImportPreview preview = HybridEngine.PreviewImport(new ImportRequest { Items = [file] }, cancellationToken: Token);
        Assert.Equal((30, 10, 1), (preview.ItemCount, preview.Items.Count, preview.Rejected));
        Assert.Equal(["id", "title", "attribute"], preview.Files.Single().Columns.Select(column => column.Becomes));
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));   // ! : it has a folder
    }

    [Fact]
    public async Task One_bad_row_stops_a_strict_import()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        var told = new List<RejectedRow>();
        var refusal = await Assert.ThrowsAsync<DataFileException>(() =>
            ImportAsync(engine, items: ["P1,Lamp", "P2,", "P3,"], strict: true, onRejected: told.Add));
        Assert.Contains("This and 1 more rows are listed in", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, told.Count);
        Assert.Equal(0, engine.Records.ItemCount);
    }

    [Fact]
    public async Task A_list_of_bad_rows_that_cannot_be_written_is_an_exception_that_says_so()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        Directory.CreateDirectory(_shop.DataFile("rejects.jsonl"));
        RecordsException refusal = await Assert.ThrowsAsync<RecordsException>(() => ImportAsync(engine, items: ["P1,Lamp", "P2,"]));
        Assert.Contains("cannot be listed", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, engine.Records.ItemCount);
    }

    [Fact]
    public async Task An_import_waits_for_no_reader_and_lets_others_write_until_its_end()
    {
        // Whoever waits, waits an hour.
        using RecordStore records = RecordStore.Open(_shop.DataFile("records.db"), new RecordStoreOptions { BusyTimeout = TimeSpan.FromHours(1) });
        await records.UpsertAsync(Shop.Items, Token);
        using IEnumerator<Item> reader = records.ReadItems().GetEnumerator();
        Assert.True(reader.MoveNext());
        using RecordImport import = records.BeginImport(merge: true);
        import.Add(Shop.Product("NEW", "A book"));
        await records.AppendAsync(Shop.Events, Token).WaitAsync(TimeSpan.FromMinutes(5), Token);
        await Task.Run(() => import.Commit(), Token).WaitAsync(TimeSpan.FromMinutes(5), Token);
        Assert.Equal(11, records.ItemCount);
        while (reader.MoveNext())
            Assert.NotEqual("NEW", reader.Current.Id.Value);
    }

    [Fact]
    public void An_import_that_was_begun_before_the_records_were_closed_is_kept()
    {
        RecordStore records = RecordStore.Open(_shop.DataFile("records.db"));
        using RecordImport import = records.BeginImport();
        import.Add(Shop.Items[0]);
        records.Dispose();   // made here and not written to: but it is in use
        Assert.Throws<ObjectDisposedException>(() => records.BeginImport());
        import.Commit(TestContext.Current.CancellationToken);
        using RecordStore again = RecordStore.Open(_shop.DataFile("records.db"));
        Assert.Equal(1, again.ItemCount);
    }

    private async Task<ImportReport> ImportAsync(
        HybridEngine engine, string[]? items = null, string[]? events = null, bool merge = false, bool replace = false, bool accepts = false,
        bool strict = false, Action<RejectedRow>? onRejected = null)
    {
        if (items is not null)
            await File.WriteAllLinesAsync(_shop.File("items.csv"), ["id,title", .. items], Token);
        if (events is not null)
            await File.WriteAllLinesAsync(_shop.File("events.csv"), ["user,item,kind,time", .. events], Token);
        return await engine.ImportAsync(new ImportRequest
        {
            Items = items is null ? [] : [_shop.File("items.csv")],
            Events = events is null ? [] : [_shop.File("events.csv")],
            Merge = merge,
            Replace = replace,
            AcceptsRejects = accepts,
            Strict = strict,
        }, onRejected, cancellationToken: Token);
    }
}
