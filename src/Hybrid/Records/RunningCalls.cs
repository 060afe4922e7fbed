namespace Hybrid.Records;

/// <summary>The calls of an owner (a store, the engine) that are under way: closing refuses new ones and waits for these.</summary>
/// <remarks>Threads: every member may be called concurrently.</remarks>
/// <param name="owner">What errors call it.</param>
internal sealed class RunningCalls(string owner)
{
    [ThreadStatic]
    private static bool _isOfRequest;

    private readonly Lock _counting = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _isClosed;

    /// <summary>Begins a call; dispose the result at its end.</summary>
    /// <exception cref="ObjectDisposedException">The owner is closed, or closing.</exception>
    public Call Enter()
    {
        lock (_counting)
        {
            if (_isClosed)
                throw new ObjectDisposedException(owner, $"{owner} has been closed.");
            _running++;
            return new Call(this);
        }
    }

    /// <summary>Runs work on the thread pool; work of <see cref="RunRequestAsync"/> on its thread, at once.</summary>
    /// <exception cref="ObjectDisposedException">The owner is closed, or closing.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        using Call running = Enter();
        if (!_isOfRequest)
            return await Task.Run(work, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return work();
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Action work, CancellationToken cancellationToken) => RunAsync(() =>
    {
        work();
        return true;
    }, cancellationToken);

    /// <summary>Runs a request, whose steps follow one another, on one thread of the pool: under load each change of threads would wait behind other requests.
    /// </summary>
    /// <remarks>From its first step on that waits for something, steps run anywhere.</remarks>
    public static Task<T> RunRequestAsync<T>(Func<Task<T>> request, CancellationToken cancellationToken) => Task.Run(() =>
    {
        _isOfRequest = true;
        try
        {
            return request();
        }
        finally
        {
            _isOfRequest = false;
        }
    }, cancellationToken);

    /// <summary>Lets nothing more begin; the task completes when nothing runs any more.</summary>
    public Task CloseAsync()
    {
        lock (_counting)
        {
            _isClosed = true;
            if (_running == 0)
                _ended.TrySetResult();
            return _ended.Task;
        }
    }

    private void Exit()
    {
        lock (_counting)
        {
            if (--_running == 0 && _isClosed)
                _ended.TrySetResult();
        }
    }

    /// <summary>One call; disposing it twice is a mistake.</summary>
    public readonly struct Call(RunningCalls calls) : IDisposable
    {
        public void Dispose() => calls.Exit();
    }
}
