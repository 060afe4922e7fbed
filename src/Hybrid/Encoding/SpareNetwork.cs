namespace Hybrid.Encoding;

/// <summary>A model's second session, with weights of its own: there while there is work that it does faster than the first.</summary>
/// <remarks>Threads: every member may be called concurrently, <see cref="Dispose"/> last.</remarks>
/// <param name="open">Opens it; null: its file is another one by now, and it is done without.</param>
internal sealed class SpareNetwork(Func<EncoderNetwork?> open) : IDisposable
{
    /// <summary>A process that has less work than this for it does without.</summary>
    public const int CallsBefore = 8;

    private readonly Lock _gate = new();
    private EncoderNetwork? _network;   // under _gate, as are all
    private int _calls;                 // that wanted it so far, until it is opened
    private int _users;
    private bool _wasUsed;              // since FreeUnused was last called

    public bool IsOpen
    {
        get
        {
            lock (_gate)
                return _network is not null;
        }
    }

    /// <summary>The session, to be given back by <see cref="Leave"/>; null where it is not open: then the first one does it.</summary>
    /// <param name="opens">Whether this counts as work for it, and opens it when that is enough; others go on without meanwhile.</param>
    public EncoderNetwork? Enter(bool opens)
    {
        lock (_gate)
        {
            if (_network is not null)
                return Entered();
            if (!opens || _calls == CallsBefore || ++_calls < CallsBefore)
                return null;
        }
        EncoderNetwork? opened = open();
        FreedMemory.Return();
        lock (_gate)
        {
            _network = opened;
            return opened is null ? null : Entered();
        }
    }

    public void Leave()
    {
        lock (_gate)
            _users--;
    }

    /// <summary>Closes it where nothing has used it since this was called before.</summary>
    /// <returns>Whether it was closed.</returns>
    public bool FreeUnused()
    {
        EncoderNetwork? unused = null;
        lock (_gate)
        {
            if (_users == 0 && !_wasUsed && _network is not null)
                (unused, _network, _calls) = (_network, null, 0);
            _wasUsed = _users > 0;
        }
        unused?.Dispose();
        return unused is not null;
    }

    public void Dispose() => _network?.Dispose();

    private EncoderNetwork? Entered()
    {
        _users++;
        _wasUsed = true;
        return _network;
    }
}
