using Microsoft.Extensions.Logging;

namespace Hybrid.Indexing.Embedded;

// How the index in memory follows the rows in the database, and gets into the file beside it and out of it.
public sealed partial class EmbeddedCollection
{
    /// <summary>As many changed rows a read fetches itself, in some ten milliseconds; more are fetched in the background.</summary>
    private const int FewRows = 2_048;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private void CatchUp(CancellationToken cancellationToken)
    {
        if (_dropped)
            throw _table.Gone($"read {Name}");
        // Taken before anything is read, so that a commit in between is noticed next time.
        long version = _database.DataVersion();
        if (version == Volatile.Read(ref _seenVersion) || _database.IsInMemory)
            return;
        // Whoever has it is bringing changes in. A moment's work is waited for; what takes longer, or is of this process and not acknowledged yet, the next
        // read will see.
        while (!_following.TryEnter(Moment))
        {
            if (_takesLong)
                return;
        }
        bool isMuch, hasOther;
        try
        {
            CollectionRow state = _table.ReadState($"read {Name}");
            isMuch = state.Revision != _revision
                && (_revision < state.Forgotten ? state.Live > FewRows : _table.HasChanged(_revision, moreThan: FewRows));
            if (!isMuch)
            {
                Follow(cancellationToken);
                Volatile.Write(ref _seenVersion, version);
            }
            hasOther = state.Epoch != _epoch;
        }
        finally
        {
            _following.Exit();
        }
        if (isMuch || hasOther || _index.IsStale)
            MaintainLater();
    }

    /// <summary>Puts a committed write into the index, unless a read has already fetched it from the database.</summary>
    private void Apply(long revision, Action<IvfIndex> change)
    {
        _unsaved = true;
        lock (_following)
        {
            if (_revision == revision - 1)
            {
                _takesLong = true;
                try
                {
                    _index.Change(() =>
                    {
                        change(_index);
                        return true;
                    });
                    _revision = revision;
                }
                finally
                {
                    _takesLong = false;
                }
            }
            else if (_revision < revision)   // another process wrote before us
            {
                Follow(CancellationToken.None);
            }
        }
        if (_index.IsStale)
            MaintainLater();
    }

    /// <summary>Brings the index to where the database is. Under <see cref="_following"/>.</summary>
    private void Follow(CancellationToken cancellationToken)
    {
        string operation = $"read {Name}";
        if (_table.ReadState(operation).Revision != _revision)
            Use(operation, _index, _revision, _epoch, cancellationToken);
    }

    /// <summary>Puts an index in use, with what has been written since its revision; another one where deletions that it lacks are no longer on
    /// record. Under <see cref="_following"/>.</summary>
    private void Use(string operation, IvfIndex index, long revision, long epoch, CancellationToken cancellationToken)
    {
        _takesLong = _table.HasChanged(revision, moreThan: FewRows);
        try
        {
            if (_table.Follow(index, revision, operation, cancellationToken) is { } state)
            {
                _table.ThrowIfNotAll(operation, index.Count, state);
                (_index, _revision, _epoch) = (index, state.Revision, epoch);
                return;
            }
            _takesLong = _table.ReadState(operation).Live > FewRows;
            (_index, _revision, _epoch) = Load(operation, cancellationToken);
        }
        finally
        {
            _takesLong = false;
        }
    }

    /// <summary>Follows the database and builds the index in the background, unless that is under way.</summary>
    private void MaintainLater()
    {
        if (Interlocked.Exchange(ref _isMaintained, 1) == 0)
            _ = MaintainAsync();
    }

    private async Task MaintainAsync()
    {
        try
        {
            await _calls.RunAsync(Maintain, _closing).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or VectorStoreException { IsGone: true })
        {
            // The store is closing, or the collection has been dropped: nobody needs it any more.
        }
        catch (Exception e) when (e is VectorStoreException or IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning(e, "The index of {Collection} could not be brought up to date in the background; the next read or write tries again.", Name);
        }
        finally
        {
            Volatile.Write(ref _isMaintained, 0);
        }
    }

    private void Maintain()
    {
        string operation = $"build the index of {Name}";
        lock (_following)
            Follow(_closing);
        lock (_building)
        {
            // Another process may have made one meanwhile, or measured for another recall.
            TakeOver(operation);
            if (!_index.IsStale)
                return;
            if (_database.IsReadOnly)
            {
                _logger.LogInformation("The index of {Collection} is out of date, and cannot be saved; it is built in memory.", Name);
                Replace(operation, Rebuilt(out long revision, _closing), revision, _epoch);
                return;
            }
            using IDisposable? alone = _sidecar?.TryBeginBuild();
            if (alone is null && _sidecar is not null)
                return;   // another process is at it: what it saves is noticed by the next read
            _logger.LogInformation("The index of {Collection} is out of date; it is built again.", Name);
            Build(operation, _closing);
        }
    }

    private void TakeOver(string operation)
    {
        CollectionRow state = _table.ReadState(operation);
        if (state.Epoch != _epoch && File.Exists(_sidecar?.Path) && LoadSaved(state, operation, _closing) is { Index.IsStale: false } saved)
            Replace(operation, saved.Index, saved.Revision, state.Epoch);
    }

    private void Replace(string operation, IvfIndex index, long revision, long epoch)
    {
        lock (_following)
            Use(operation, index, revision, epoch, _closing);
    }

    private IvfIndex Rebuilt(out long revision, CancellationToken cancellationToken)
    {
        IvfIndex index;
        lock (_following)
        {
            Follow(cancellationToken);
            (index, revision) = (_index.Copy(), _revision);
        }
        index.Build(cancellationToken);
        return index;
    }

    private (IvfIndex Index, long Revision, long Epoch) Load(string operation, CancellationToken cancellationToken)
    {
        while (true)
        {
            CollectionRow state = _table.ReadState(operation);
            if (LoadSaved(state, operation, cancellationToken) is { } saved
                && _table.Follow(saved.Index, saved.Revision, operation, cancellationToken) is { } now
                && now.Live == saved.Index.Count)
            {
                return (saved.Index, now.Revision, state.Epoch);
            }
            if (_table.ReadState(operation).Epoch != state.Epoch)
                continue;   // another process has saved one meanwhile
            if (state.Revision > 0)
                _unsaved = true;
            (IvfIndex index, long revision) = LoadRows(operation, cancellationToken);
            return (index, revision, state.Epoch);   // its file was looked at, and is not worth another look
        }
    }

    private (IvfIndex Index, long Revision)? LoadSaved(CollectionRow state, string operation, CancellationToken cancellationToken)
    {
        if (_sidecar is null)
            return null;
        if (!File.Exists(_sidecar.Path))
        {
            if (state.Revision > 0)
                _logger.LogInformation("{Collection} has no saved index yet; it is made from the database.", Name);
            return null;
        }
        if (_sidecar.Load(state.Epoch, _options, Space.Dimension, _table.Mappings, out long revision, out string? refusal) is { } index)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _table.FindVectors(index, operation);
            return (index, revision);
        }
        if (refusal is not null && _table.ReadState(operation).Epoch == state.Epoch)
            Discard(_sidecar, state.Epoch, refusal);
        return null;
    }

    private (IvfIndex Index, long Revision) LoadRows(string operation, CancellationToken cancellationToken)
    {
        while (true)
        {
            var index = new IvfIndex(Space.Dimension, _options);
            // Null: rows that it had already read have been deleted, and their marks, too.
            if (_table.Follow(index, revision: 0, operation, cancellationToken) is { } state)
            {
                _table.ThrowIfNotAll(operation, index.Count, state);
                return (index, state.Revision);
            }
        }
    }

    /// <summary>Deletes a saved index that cannot be used: nobody may take it for a good one later.</summary>
    private void Discard(Sidecar sidecar, long epoch, string refusal)
    {
        _logger.LogWarning("The saved index {Path} cannot be used: {Reason}. It is rebuilt from the database.", sidecar.Path, refusal);
        if (_database.IsReadOnly)
            return;
        try
        {
            _table.WhileNobodySaves(epoch, sidecar.Delete);
        }
        catch (Exception e) when (e is VectorStoreException { IsGone: false } or IOException or UnauthorizedAccessException)
        {
            _logger.LogInformation("The unusable index {Path} could not be deleted: {Reason}", sidecar.Path, e.Message);
        }
    }

    private void Build(string operation, CancellationToken cancellationToken)
    {
        if (_database.IsReadOnly)
            throw _database.WriteRefused(operation);
        _unsaved = false;   // a write from here on sets it again
        bool done = false;
        try
        {
            IvfIndex fresh = Rebuilt(out long revision, cancellationToken);
            long epoch = 0;
            Exception? unwritten = null;
            try
            {
                done = Save(fresh, revision, out epoch);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unwritten = e;
            }
            lock (_following)
                Use(operation, fresh, revision, epoch, CancellationToken.None);
            if (unwritten is not null)
                throw Unsaved(operation, unwritten);
        }
        finally
        {
            _unsaved |= !done;
        }
    }

    /// <summary>Has the searches of this index, and of what is built after it, find such a share. Under <see cref="_building"/>.</summary>
    private void Tune(string operation, double? recall, CancellationToken cancellationToken)
    {
        if (_database.IsReadOnly)
            throw _database.WriteRefused(operation);
        lock (_following)
            Follow(cancellationToken);
        IvfIndex measured = _index.Copy();
        if (_index.IsStale || measured.Cells == 1)
        {
            lock (_following)
                _index.Tune(recall, null);
            Build(operation, cancellationToken);
            return;
        }
        RecallProbes? probes = measured.Measure(recall, cancellationToken);
        long revision;
        lock (_following)
        {
            _index.Tune(recall, probes);
            (measured, revision) = (_index.Copy(), _revision);
            _unsaved = false;   // a write from here on sets it again
        }
        bool done = false;
        try
        {
            done = Save(measured, revision, out long epoch);
            if (done)
            {
                lock (_following)
                    _epoch = epoch;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unsaved(operation, e);
        }
        finally
        {
            _unsaved |= !done;
        }
    }

    private VectorStoreException Unsaved(string operation, Exception cause) => new(_database.Name, operation,
        $"the index is in use but could not be saved as {_sidecar?.Path} ({cause.Message}). Free some space or check the folder's permissions, and repeat.",
        isTransient: false, cause);


    /// <returns>False when another process has meanwhile saved one that ours cannot follow.</returns>
    private bool Save(IvfIndex index, long revision, out long epoch)
    {
        epoch = 0;
        if (_sidecar is null)
            return true;
        epoch = Sidecar.NewEpoch();
        using (Sidecar.Part part = _sidecar.Write(index, epoch, revision))
        {
            if (!_table.AdoptSaved(revision, epoch, part.PutInPlace))
                return false;
        }
        try
        {
            _table.DeleteForgottenMarks();
        }
        catch (VectorStoreException e)
        {
            _logger.LogInformation("Deleted rows of {Collection} stay on record until the next save: {Reason}", Name, e.Message);
        }
        return true;
    }
}
