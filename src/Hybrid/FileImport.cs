using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;
using Hybrid.Records;

namespace Hybrid;

/// <summary>One import from files: rows on their way into the records, and those that are refused.</summary>
/// <param name="rejectsPath">Where the refused rows are listed.</param>
internal sealed class FileImport(
    RecordStore records, ImportRequest request, string rejectsPath, Action<RejectedRow>? onRejected, IProgress<long>? progress) : IDisposable
{
    private const int RowsPerReport = 1024;

    private static readonly JsonSerializerOptions RejectsJson = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new IdConverter() },
    };

    private readonly RecordImport _import = records.BeginImport(request.Merge);
    private readonly List<string> _notes = [];
    private StreamWriter? _rejects;
    private RejectedRow? _first;
    private long _rows, _rejected;

    public ImportReport Run(CancellationToken cancellationToken)
    {
        Read(request.Items, "items", records.HasItems, (file, options) =>
        {
            foreach (Item item in ItemFile.Read(file, options, cancellationToken))
                Count(() => _import.Add(item));
        });
        Read(request.Events, "events", records.HasEvents, (file, options) =>
        {
            foreach (Event happened in EventFile.Read(file, options, cancellationToken))
                Count(() => _import.Add(happened));
        });
        if (request.Strict && _first is not null)
        {
            string listed = _rejected == 1 ? "This row is" : $"This and {Number(_rejected - 1)} more rows are";
            throw Refused(_first, $"{_first.Reason}. {listed} listed in {rejectsPath}; nothing was imported, because the import is strict");
        }
        if (_rejects is null)
            Listing(() => File.Delete(rejectsPath));   // an older list
        else
            Listing(_rejects.Flush);
        ImportCounts counts = _import.Commit(cancellationToken);
        return new ImportReport(counts.Items, counts.Events, _rejected, _rejects is null ? null : rejectsPath) { Notes = _notes };
    }

    public void Dispose()
    {
        _rejects?.Dispose();
        _import.Dispose();
    }

    /// <summary>Reads the files of one kind, and judges whether what could not be used leaves enough.</summary>
    private void Read(IReadOnlyList<string> files, string kind, bool replaces, Action<string, FileReadOptions> read)
    {
        long rowsBefore = _rows, counted = 0;
        RejectedRow? first = null;
        var options = new FileReadOptions
        {
            Map = request.Map, Delimiter = request.Delimiter, Encoding = request.Encoding, Header = request.Header, OnRejected = Reject, OnNote = _notes.Add,
        };
        foreach (string file in files.SelectMany(DataFiles.Expand))
            read(file, options);
        long used = _rows - rowsBefore;
        if (first is null || request.Strict)
            return;
        // A file of which nothing is left would empty the catalogue; that is hardly what it was given for.
        if (used == 0)
        {
            throw Refused(first,
                $"none of its rows can be used, {Number(_rejected)} are listed in {rejectsPath}; nothing was imported. The first: {first.Reason}");
        }
        if (replaces && !request.Merge && !request.AcceptsRejects && counted > ImportRequest.MostRejectedShare * (counted + used))
        {
            throw new RefusedImportException(
                $"{first}; {Number(counted)} of {Number(counted + used)} {kind} cannot be used, more than a tenth, so the rest is not taken for a replacement "
                + $"of those that are there. Nothing was imported, and all bad rows are listed in {rejectsPath}");
        }

        void Reject(RejectedRow row)
        {
            first ??= row;
            _first ??= row;
            _rejected++;
            if (Keep(row))
                counted++;
            Listing(() =>
            {
                _rejects ??= new StreamWriter(rejectsPath);
                _rejects.WriteLine(JsonSerializer.Serialize(row, RejectsJson));
            });
            onRejected?.Invoke(row);
        }
    }

    private void Listing(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordsException($"records {records.Path}", "import",
                $"the rows that cannot be used cannot be listed ({e.Message}). Nothing was imported; check {rejectsPath} and whether another import runs.",
                isTransient: false, e);
        }
    }

    /// <summary>A known item whose row cannot be used stays as it is.</summary>
    /// <returns>Whether the row counts as a loss: one more row of an item that is there, without a title, is a variant of it and none.</returns>
    private bool Keep(RejectedRow row)
    {
        if (row.Item is not { } item)
            return true;
        _import.Keep(item);
        return row.Field != "title" || !_import.Has(item);
    }

    private void Count(Action add)
    {
        add();
        if (++_rows % RowsPerReport == 0)
            progress?.Report(_rows);
    }

    private static DataFileException Refused(RejectedRow row, string reason) => new(row.File, reason, row.Line, row.Column);

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>An id as its text.</summary>
    private sealed class IdConverter : JsonConverter<ItemId>
    {
        public override ItemId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, ItemId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
