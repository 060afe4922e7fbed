using System.Runtime.ExceptionServices;

namespace Hybrid.Encoding;

/// <summary>Work that the caller does, and threads of the pool with it while there is some left.</summary>
/// <remarks>What the pool comes to late is not waited for: a busy pool makes it slower, and never stops it.</remarks>
internal sealed class SharedWork : IThreadPoolWorkItem
{
    private readonly object _gate = new();
    private readonly Action<bool> _work;
    private int _inside;
    private bool _isOver;
    private ExceptionDispatchInfo? _failure;

    private SharedWork(Action<bool> work) => _work = work;

    /// <summary>Returns when all that came has ended.</summary>
    /// <param name="threads">At most so many, the caller's among them.</param>
    /// <param name="work">Takes pieces until none is left; told whether it is one that helps, rather than the caller.</param>
    /// <remarks>What one of them throws is thrown here when all have ended; the others have to see it themselves.</remarks>
    public static void Run(int threads, Action<bool> work)
    {
        if (threads <= 1)
        {
            work(false);
            return;
        }
        SharedWork shared = new(work);
        for (int i = 1; i < threads; i++)
            ThreadPool.UnsafeQueueUserWorkItem(shared, preferLocal: false);
        try
        {
            work(false);
        }
        finally
        {
            lock (shared._gate)
            {
                shared._isOver = true;
                while (shared._inside > 0)
                    Monitor.Wait(shared._gate);
            }
        }
        shared._failure?.Throw();
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            _inside++;
        }
        try
        {
            _work(true);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }
        finally
        {
            lock (_gate)
            {
                _inside--;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
