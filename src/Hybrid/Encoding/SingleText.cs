using System.Runtime.ExceptionServices;

namespace Hybrid.Encoding;

/// <summary>A text that waits for a run.</summary>
internal sealed class SingleText(int[] ids, float[] vector)
{
    private readonly TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int[] Ids { get; } = ids;

    /// <summary>[d], there when it was woken and nothing has failed.</summary>
    public float[] Vector { get; } = vector;

    /// <summary>The texts that this one's caller is to run, its own the first; null: another one's does it.</summary>
    public List<SingleText>? Together { get; set; }

    /// <summary>Whether its caller has gone.</summary>
    public bool IsAbandoned { get; set; }

    public ExceptionDispatchInfo? Failure { get; set; }

    /// <summary>Waits until it was run, or is to be.</summary>
    public void Wait(CancellationToken cancellationToken) => _woken.Task.Wait(cancellationToken);

    public void Wake() => _woken.SetResult();
}
