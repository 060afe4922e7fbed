using Google.Protobuf.Collections;
using Hybrid.Milvus.Client.Wire;

namespace Hybrid.Milvus.Client;

public sealed partial class MilvusClient
{
    // What a message has beside its rows, amply.
    private const int MessageOverhead = 16 << 10;

    // Larger messages are no faster, and a few of these are all that a write of any size holds in memory.
    private const int PartBytes = (8 << 20) - MessageOverhead;

    /// <summary>Adds rows. Two rows of one key may then both be there, which no server repairs: use <see cref="UpsertAsync"/> unless the keys are
    /// new.</summary>
    /// <remarks>More than fits into a message is cut. Never repeated by itself, but for a rate limit.</remarks>
    /// <exception cref="ArgumentException">The columns are not of one length.</exception>
    /// <exception cref="MilvusPartialWriteException">Some messages were taken.</exception>
    /// <exception cref="MilvusException">None was, or that is not known.</exception>
    public Task<WriteResult> InsertAsync(WriteRequest write, CancellationToken cancellationToken = default) => WriteAsync(write, isUpsert: false,
        cancellationToken);

    /// <summary>Adds or replaces rows. A key that comes twice in one call is a matter of the server's choice: send it once.</summary>
    /// <remarks>More than fits into a message is cut; the messages are stored in no certain order.</remarks>
    /// <inheritdoc cref="InsertAsync"/>
    public Task<WriteResult> UpsertAsync(WriteRequest write, CancellationToken cancellationToken = default) => WriteAsync(write, isUpsert: true,
        cancellationToken);

    /// <summary>Removes the rows that match.</summary>
    public async Task<WriteResult> DeleteAsync(string collection, string filter, CancellationToken cancellationToken = default)
    {
        long started = _writes.Start();
        MutationResult result = await CallAsync(
            RemoteCalls.Delete, new DeleteRequest { CollectionName = collection, Expr = filter }, collection, cancellationToken).ConfigureAwait(false);
        return Noted(collection, started, result, result.DeleteCnt);
    }

    /// <summary>Removes the rows of these keys; those that are not there are ignored.</summary>
    /// <param name="keyField">The name of the key, a VARCHAR.</param>
    public async Task<WriteResult> DeleteAsync(
        string collection, string keyField, IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var total = default(WriteResult);
        foreach (string filter in FilterExpression.In(keyField, keys, Options.MaxMessageBytes - MessageOverhead))
        {
            WriteResult part = await DeleteAsync(collection, filter, cancellationToken).ConfigureAwait(false);
            total = new WriteResult(total.Rows + part.Rows, part.Timestamp);
        }
        return total;
    }

    /// <summary>Has what was written so far put into segments, which are indexed then; waits until they are.</summary>
    public async Task FlushAsync(string collection, CancellationToken cancellationToken = default)
    {
        var request = new FlushRequest();
        request.CollectionNames.Add(collection);
        FlushResponse flush = await CallAsync(RemoteCalls.Flush, request, collection, cancellationToken, Options.LongTimeout).ConfigureAwait(false);
        var state = new GetFlushStateRequest { CollectionName = collection };
        if (flush.CollSegIDs.TryGetValue(collection, out LongArray? segments))
            state.SegmentIDs.AddRange(segments.Data);
        if (flush.CollFlushTs.TryGetValue(collection, out ulong timestamp))
            state.FlushTs = timestamp;
        await WaitAsync("flush", collection, async () =>
            (await CallAsync(RemoteCalls.GetFlushState, state, collection, cancellationToken).ConfigureAwait(false)).Flushed,
                cancellationToken).ConfigureAwait(false);
    }

    private async Task<WriteResult> WriteAsync(WriteRequest write, bool isUpsert, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        int rows = write.Columns.Count == 0 ? 0 : write.Columns[0].Count;
        if (write.Columns.FirstOrDefault(column => column.Count != rows) is { } other)
            throw new ArgumentException($"The column '{other.Name}' has {other.Count} rows, and '{write.Columns[0].Name}' has {rows}.", nameof(write));
        if (rows == 0)
            return default;
        List<Range> parts = PartsOf(write);
        if (parts.Count == 1)
            return await WritePartAsync(write, parts[0], isUpsert, cancellationToken).ConfigureAwait(false);

        var written = new List<Range>();
        ulong newest = 0;
        try
        {
            await Parallel.ForEachAsync(parts, new ParallelOptions { MaxDegreeOfParallelism = Options.WriteParallelism, CancellationToken = cancellationToken },
                async (part, stop) =>
                {
                    WriteResult result = await WritePartAsync(write, part, isUpsert, stop).ConfigureAwait(false);
                    lock (written)
                    {
                        written.Add(part);
                        newest = Math.Max(newest, result.Timestamp);
                    }
                }).ConfigureAwait(false);
        }
        catch (MilvusException e)
        {
            throw new MilvusPartialWriteException(e, Joined(written), rows);
        }
        return new WriteResult(rows, newest);
    }

    private async Task<WriteResult> WritePartAsync(WriteRequest write, Range part, bool isUpsert, CancellationToken cancellationToken)
    {
        int start = part.Start.Value, count = part.End.Value - start;
        long started = _writes.Start();
        MutationResult result;
        if (isUpsert)
        {
            var request = new UpsertRequest { CollectionName = write.Collection, NumRows = (uint)count };
            AddTo(request.FieldsData);
            result = await CallAsync(RemoteCalls.Upsert, request, write.Collection, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var request = new InsertRequest { CollectionName = write.Collection, NumRows = (uint)count };
            AddTo(request.FieldsData);
            result = await CallAsync(RemoteCalls.Insert, request, write.Collection, cancellationToken).ConfigureAwait(false);
        }
        return Noted(write.Collection, started, result, count);

        void AddTo(RepeatedField<FieldData> fields)
        {
            foreach (Column column in write.Columns)
                fields.Add(column.ToWire(start, count));
        }
    }

    /// <summary>Keeps the time of the write, for searches that must see it.</summary>
    private WriteResult Noted(string collection, long started, MutationResult result, long rows)
    {
        _writes.Note(collection, started, result.Timestamp);
        return new WriteResult(rows, result.Timestamp);
    }

    /// <summary>Rows that go into one message each; a row that alone is too large is one of its own, and is refused when it is sent.</summary>
    internal List<Range> PartsOf(WriteRequest write)
    {
        var parts = new List<Range>();
        long most = Math.Min(PartBytes, Options.MaxMessageBytes - MessageOverhead), bytes = 0;
        int start = 0, rows = write.Columns[0].Count;
        for (int row = 0; row < rows; row++)
        {
            long next = 0;
            foreach (Column column in write.Columns)
                next += column.BytesOf(row);
            if (bytes + next > most && row > start)
            {
                parts.Add(start..row);
                (start, bytes) = (row, 0);
            }
            bytes += next;
        }
        parts.Add(start..rows);
        return parts;
    }

    private static List<Range> Joined(List<Range> parts)
    {
        var joined = new List<Range>();
        foreach (Range part in parts.OrderBy(p => p.Start.Value))
        {
            if (joined.Count > 0 && joined[^1].End.Equals(part.Start))
                joined[^1] = joined[^1].Start..part.End;
            else
                joined.Add(part);
        }
        return joined;
    }
}
