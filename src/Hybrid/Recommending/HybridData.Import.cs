using System.Text.Encodings.Web;
using System.Text.Json;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Recommending;

public sealed partial class HybridData
{
    private const string RejectsName = "rejects.jsonl";

    private static readonly JsonSerializerOptions RejectsJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads items and events into the data folder, in one transaction; index and train afterwards.</summary>
    /// <remarks>Rows that cannot be used are left out, given to <paramref name="onRejected"/> and written to rejects.jsonl in the folder.</remarks>
    /// <param name="onRejected">Told of each such row, in file order.</param>
    /// <param name="progress">Told how many rows have been read.</param>
    /// <exception cref="DataFileException">A file cannot be read, or a row is bad and the request is strict; nothing was changed.</exception>
    /// <exception cref="VectorStoreException">The store failed; nothing was changed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was changed.</exception>
    public ImportReport Import(ImportRequest request, Action<RejectedRow>? onRejected = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Items.Count + request.Events.Count == 0)
            throw new ArgumentException("There is nothing to import: name a file of items or of events.", nameof(request));
        string rejectsPath = Path.Combine(Options.DataPath, RejectsName);
        RejectedRow? first = null;
        long rejected = 0;
        StreamWriter? rejects = null;
        try
        {
            var options = new FileReadOptions { Map = request.Map, OnRejected = Reject };
            using CatalogImport import = Catalog.BeginImport(request.Merge);
            long rows = 0;
            foreach (Item item in request.Items.SelectMany(file => ItemFile.Read(file, options, cancellationToken)))
            {
                import.Add(item);
                Count();
            }
            foreach (Event happened in request.Events.SelectMany(file => EventFile.Read(file, options, cancellationToken)))
            {
                import.Add(happened);
                Count();
            }
            if (request.Strict && first is not null)
            {
                throw new DataFileException(first.File,
                    $"{first.Reason}. {(rejected == 1 ? "This row is" : $"This and {rejected - 1:N0} more rows are")} listed in {rejectsPath}; nothing was imported, because the import is strict", first.Line, first.Column);
            }
            // A file of which nothing is left would empty the catalogue; that is hardly what it was given for.
            if (rows == 0 && rejected > 0)
                throw new DataFileException(first!.File, $"none of its rows can be used, {rejected:N0} are listed in {rejectsPath}; nothing was imported. The first: {first.Reason}", first.Line, first.Column);   // ! : a row was rejected
            ImportCounts counts = import.Commit();
            if (rejects is null)
                File.Delete(rejectsPath);
            return new ImportReport(counts.Items, counts.Events, rejected, rejects is null ? null : rejectsPath);

            void Count()
            {
                if (++rows % 1024 == 0)
                    progress?.Report(rows);
            }
        }
        finally
        {
            rejects?.Dispose();
        }

        void Reject(RejectedRow row)
        {
            first ??= row;
            rejected++;
            rejects ??= new StreamWriter(rejectsPath);
            rejects.WriteLine(JsonSerializer.Serialize(row, RejectsJson));
            onRejected?.Invoke(row);
        }
    }
}
