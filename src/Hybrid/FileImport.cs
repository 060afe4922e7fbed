using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;
using Hybrid.Records;

namespace Hybrid;

/// <summary>One import from files: rows on their way into the records, those that are refused, and what is to be said about the rest.</summary>
/// <param name="rejects">Where the refused rows are listed; null: nowhere.</param>
internal sealed class FileImport(
    RecordStore records, ImportRequest request, RejectsFile? rejects, Action<RejectedRow>? onRejected, IProgress<long>? progress) : IDisposable
{
    private const int RowsPerReport = 1024;

    /// <summary>Rows that a preview shows of each kind.</summary>
    private const int Shown = 10;

    /// <summary>From so many items on a catalogue is not emptied by an import without being asked.</summary>
    private const int GuardedItems = 100;

    private readonly RecordImport _import = records.BeginImport(request.Merge, request.ReadOptions.MissingWords);
    private readonly List<FileColumns> _files = [];
    private readonly List<string> _notes = [];
    private readonly List<Item> _firstItems = [];
    private readonly List<Event> _firstEvents = [];
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private RejectedRow? _first;
    private long _rows, _items, _events, _rejected, _hidden, _inFuture;

    /// <summary>Reads all files and makes what they hold visible and lasting, in one step.</summary>
    public ImportReport Run(CancellationToken cancellationToken)
    {
        Read(cancellationToken);
        if (request.Strict && _first is not null)
        {
            string listed = _rejected == 1 ? "This row is" : $"This and {Number(_rejected - 1)} more rows are";
            throw Refused(_first, $"{_first.Reason}. {listed} listed in {rejects?.Path}; nothing was imported, because the import is strict");
        }
        rejects?.Complete();
        ImportCounts counts = _import.Commit(request.Replace ? null : RefuseToEmpty, cancellationToken);
        NoteRows();
        if (counts.Events is { } events && 2 * events.OnUnknownItems > events.Added && records.HasItems && records.FindStranger() is { } pair)
        {
            _notes.Add($"Warning: {Number(events.OnUnknownItems)} of {Number(events.Added)} events are on no item of the catalogue: there is "
                + $"'{PlainText.Brief(pair.Logged.Value)}' in the log, '{PlainText.Brief(pair.Known.IdAsGiven)}' in the catalogue. "
                + "Are they the same shop's ids?");
        }
        return new ImportReport(counts.Items, counts.Events, _rejected, _rejected == 0 ? null : rejects?.Path)
        {
            Hidden = _hidden,
            InFuture = _inFuture,
            Files = _files,
            Notes = _notes,
        };
    }

    /// <summary>Reads all files and keeps nothing.</summary>
    public ImportPreview Preview(CancellationToken cancellationToken)
    {
        Read(cancellationToken);
        NoteRows();
        return new ImportPreview(_files, _items, _firstItems, _events, _firstEvents, _rejected, _notes);
    }

    public void Dispose()
    {
        rejects?.Dispose();
        _import.Dispose();
    }

    private void Read(CancellationToken cancellationToken)
    {
        Read(request.Items, "items", records.HasItems, (file, options) =>
        {
            foreach (Item item in ItemFile.Read(file, options, cancellationToken))
            {
                _import.Add(item);
                Count(ref _items, item, _firstItems);
            }
        });
        Read(request.Events, "events", records.HasEvents, (file, options) =>
        {
            foreach (Event happened in EventFile.Read(file, options, cancellationToken))
            {
                _import.Add(happened);
                if (happened.Time > _now)
                    _inFuture++;
                Count(ref _events, happened, _firstEvents);
            }
        });
    }

    /// <summary>Reads the files of one kind, and judges whether what could not be used leaves enough.</summary>
    private void Read(IReadOnlyList<string> files, string kind, bool replaces, Action<string, FileReadOptions> read)
    {
        long rowsBefore = _rows, counted = 0;
        RejectedRow? first = null;
        FileReadOptions options = request.ReadOptions with
        {
            OnRejected = Reject,
            OnHidden = _ => _hidden++,
            OnColumns = _files.Add,
            OnNote = _notes.Add,
            OnVariant = _import.Join,
        };
        foreach (string file in files.SelectMany(DataFiles.Expand))
            read(file, options with { OnPricesRead = prices => Settle(file, prices) });
        long used = _rows - rowsBefore;
        if (first is null || request.Strict)
            return;
        // A file of which nothing is left would empty the catalogue; that is hardly what it was given for.
        if (used == 0)
        {
            string listed = rejects is null ? "" : $", {Number(_rejected)} are listed in {rejects.Path}; nothing was imported";
            throw Refused(first, $"none of its rows can be used{listed}. The first: {first.Reason}");
        }
        if (replaces && !request.Merge && !request.AcceptsRejects && counted > ImportRequest.MostRejectedShare * (counted + used))
        {
            throw new RefusedImportException(
                $"{first}; {Number(counted)} of {Number(counted + used)} {kind} cannot be used, more than a tenth, so the rest is not taken for a replacement "
                + $"of those that are there. Nothing was imported, and all bad rows are listed in {rejects?.Path}", removesItems: false);
        }

        void Reject(RejectedRow row)
        {
            first ??= row;
            _first ??= row;
            _rejected++;
            counted++;
            // A known item whose row cannot be used stays as it is.
            if (row.Item is { } item)
                _import.Keep(item);
            rejects?.Add(row);
            onRejected?.Invoke(row);
        }
    }

    /// <summary>Takes over what the prices of a whole file have shown.</summary>
    private void Settle(string file, PriceColumn prices)
    {
        foreach ((ItemId item, double price) in prices.Corrections)
            _import.Reprice(item, price);
        if (prices.Ambiguous > 0)
        {
            string rule = prices.Decimal switch
            {
                ',' => "with a comma before the cents, 1.249 as 1249",
                '.' => "with a point before the cents, 1,249 as 1249",
                _ => "as programs write them, 1.249 a little over one and 1,249 as 1249, because no other price shows it",
            };
            _notes.Add($"{file}: {Number(prices.Ambiguous)} prices can be read in two ways, and were read {rule}; --culture en-US or de-DE says it.");
        }
    }

    private void NoteRows()
    {
        if (_hidden > 0)
            _notes.Add($"{(_hidden == 1 ? "1 draft or hidden product was" : $"{Number(_hidden)} drafts and hidden products were")} left out.");
        if (_inFuture > 0)
        {
            _notes.Add($"Warning: {(_inFuture == 1 ? "1 event has a time that is" : $"{Number(_inFuture)} events have times that are")} still to come; "
                + "such events are kept, and count as older than all others until then.");
        }
        if (_import.Spellings is { } two)
        {
            _notes.Add($"Warning: {(two.Rows == 1 ? "1 row writes" : $"{Number(two.Rows)} rows write")} an id in another way than a row before, "
                + $"'{PlainText.Brief(two.One)}' and '{PlainText.Brief(two.Other)}': they are one item, and the last row was taken.");
        }
    }

    /// <summary>A file of what changed today, taken for the whole catalogue, would remove all else.</summary>
    private void RefuseToEmpty(long removed, long there)
    {
        if (there >= GuardedItems && removed > ImportRequest.MostRemovedShare * there)
        {
            throw new RefusedImportException(
                $"{Number(removed)} of the {Number(there)} items that are there are not in the files and would be removed, more than a tenth. "
                + "Nothing was imported",
                removesItems: true);
        }
    }

    private void Count<T>(ref long count, T made, List<T> first)
    {
        if (count++ < Shown)
            first.Add(made);
        if (++_rows % RowsPerReport == 0)
            progress?.Report(_rows);
    }

    private static DataFileException Refused(RejectedRow row, string reason) => new(row.File, reason, row.Line, row.Column);

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
