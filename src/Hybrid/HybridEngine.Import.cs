using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>Reads items and events into the records, in one transaction; index and train afterwards.</summary>
    /// <remarks>Rows that cannot be used are left out, given to <paramref name="onRejected"/> and written to rejects.jsonl in the folder. Others may write
    /// the
    /// records until the end.</remarks>
    /// <param name="onRejected">Told of each such row, in file order.</param>
    /// <param name="progress">Told how many rows have been read.</param>
    /// <exception cref="ArgumentException">The request names no file.</exception>
    /// <exception cref="DataFileException">A file cannot be read, or its rows are bad and the request does not accept that; nothing was changed.</exception>
    /// <exception cref="RefusedImportException">So many rows are bad that what there is would be lost; nothing was changed.</exception>
    /// <exception cref="RecordsException">The records failed; nothing was changed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the engine was disposed; nothing was changed.</exception>
    public Task<ImportReport> ImportAsync(
        ImportRequest request, Action<RejectedRow>? onRejected = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ThrowIfEmpty(request);
        return RunLongAsync(async stop =>
        {
            await ThrowIfOthersOwnAsync("import", stop).ConfigureAwait(false);
            var rejects = new RejectsFile(Path.Combine(_folder, RejectsFile.Name), Records.Path);
            using var import = new FileImport(Records, request, rejects, onRejected, progress);
            ImportReport report = import.Run(stop);
            _worker?.Signal();
            return report;
        }, cancellationToken);
    }

    /// <summary>Reads files as an import would, and says what it would make of them; no data folder is needed or touched.</summary>
    /// <inheritdoc cref="ImportAsync"/>
    public static ImportPreview PreviewImport(
        ImportRequest request, Action<RejectedRow>? onRejected = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ThrowIfEmpty(request);
        using RecordStore nowhere = RecordStore.Open(":memory:");
        using var import = new FileImport(nowhere, request, rejects: null, onRejected, progress);
        return import.Preview(cancellationToken);
    }

    private static void ThrowIfEmpty(ImportRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Items.Count + request.Events.Count == 0)
            throw new ArgumentException("There is nothing to import: name a file of items or of events.", nameof(request));
    }
}
