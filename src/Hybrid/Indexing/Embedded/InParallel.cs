using System.Runtime.ExceptionServices;

namespace Hybrid.Indexing.Embedded;

/// <summary>Work on all processors that fails as it would have failed on one: with the first failure itself.</summary>
internal static class InParallel
{
    public static void For(int n, Action<int> work) => Run(() => Parallel.For(0, n, work));

    public static void Both(Action one, Action other) => Run(() => Parallel.Invoke(one, other));

    private static void Run(Action work)
    {
        try
        {
            work();
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }
}
