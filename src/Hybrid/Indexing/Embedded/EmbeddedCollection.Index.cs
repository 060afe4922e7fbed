using Hybrid.Catalog;
using Microsoft.Extensions.Logging;

namespace Hybrid.Indexing.Embedded;

// How the index in memory follows the rows in the database, and gets into the file beside it and out of it.
public sealed partial class EmbeddedCollection
{
    private void CatchUp(CancellationToken cancellationToken)
    {
        string operation = $"read {Name}";
        if (_dropped)
            throw _table.Gone(operation);
        // Taken before anything is read, so that a commit in between is noticed next time.
        long version = _database.DataVersion();
        if (version == Volatile.Read(ref _seenVersion) || _database.IsInMemory)
            return;
        if (_table.ReadState(operation).Revision != Volatile.Read(ref _revision))
            Change(() => Use(operation, _index, _revision, cancellationToken));
        Volatile.Write(ref _seenVersion, version);
    }

    /// <summary>Puts a committed write into the index, unless a read has already fetched it from the database.</summary>
    private void Apply(long revision, Action<IvfIndex> change)
    {
        _unsaved = true;
        Change(() =>
        {
            if (_revision == revision - 1)
            {
                change(_index);
                _revision = revision;
            }
            else if (_revision < revision)   // another process wrote before us
            {
                Use($"read {Name}", _index, _revision, CancellationToken.None);
            }
        });
    }

    private void Change(Action change)
    {
        _indexLock.EnterWriteLock();
        try
        {
            change();
        }
        finally
        {
            _indexLock.ExitWriteLock();
        }
    }

    /// <summary>Puts an index in use, with what has been written since its revision; another one where deletions that it lacks are no longer on
    /// record.</summary>
    private void Use(string operation, IvfIndex index, long revision, CancellationToken cancellationToken)
    {
        if (_table.Follow(index, revision, operation, cancellationToken) is { } state)
        {
            _table.ThrowIfNotAll(operation, index.Count, state);
            (_index, _revision) = (index, state.Revision);
        }
        else
        {
            (_index, _revision) = Load(operation, cancellationToken);
        }
    }

    private (IvfIndex Index, long Revision) Load(string operation, CancellationToken cancellationToken)
    {
        while (true)
        {
            CollectionRow state = _table.ReadState(operation);
            if (LoadSaved(state, operation, cancellationToken) is { } saved
                && _table.Follow(saved.Index, saved.Revision, operation, cancellationToken) is { } now
                && now.Live == saved.Index.Count)
            {
                return (saved.Index, now.Revision);
            }
            if (_table.ReadState(operation).Epoch != state.Epoch)
                continue;   // another process has saved one meanwhile
            if (state.Revision > 0)
                _unsaved = true;
            return LoadRows(operation, cancellationToken);
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
        Dictionary<ItemId, StoredItem> rows = _table.ReadByItem(operation, cancellationToken);
        Func<ItemId, StoredItem?> stored = item => rows.TryGetValue(item, out StoredItem row) ? row : null;
        if (_sidecar.Load(state.Epoch, _options, Space.Dimension, stored, out long revision, out string? refusal) is { } index)
            return (index, revision);
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
            (IvfIndex fresh, long revision) = LoadRows(operation, cancellationToken);
            fresh.Build(cancellationToken);
            Exception? unwritten = null;
            try
            {
                done = Save(fresh, revision);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unwritten = e;
            }
            Change(() => Use(operation, fresh, revision, CancellationToken.None));
            if (unwritten is not null)
            {
                string reason = $"the index is in use but could not be saved as {_sidecar?.Path} ({unwritten.Message}). "
                    + "Free some space or check the folder's permissions, and repeat.";
                throw new VectorStoreException(_database.Name, operation, reason, isTransient: false, unwritten);
            }
        }
        finally
        {
            _unsaved |= !done;
        }
    }

    /// <returns>False when another process has meanwhile saved one that ours cannot follow.</returns>
    private bool Save(IvfIndex index, long revision)
    {
        if (_sidecar is null)
            return true;
        long epoch = Sidecar.NewEpoch();
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
