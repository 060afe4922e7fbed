using Polly;

namespace Hybrid.Milvus.Client;

/// <summary>One call with all its tries: what is asked, for how long, and what came of it so far.</summary>
internal sealed class Attempts<TRequest, TResponse>(
    MilvusClient client, RemoteCall<TRequest, TResponse> call, TRequest request, string? subject, TimeSpan timeout)
    : Attempts(call.Name, subject, timeout, client.Options.Timeout, call.CanRepeat)
{
    public MilvusClient Client => client;

    public RemoteCall<TRequest, TResponse> Call => call;

    public TRequest Request => request;

    /// <summary>Of a try that was made before those that <see cref="Resilience.Retry"/> makes, and is the first that it sees.</summary>
    public Outcome<TResponse>? First { get; set; }

    public Outcome<TResponse>? TakeFirst()
    {
        Outcome<TResponse>? first = First;
        First = null;
        return first;
    }
}

/// <summary>What failures say of a call.</summary>
/// <param name="timeout">Of all tries.</param>
/// <param name="patience">For how long it is tried again after the first failure: work of an hour does not wait an hour for a server that is not there.</param>
internal abstract class Attempts(string name, string? subject, TimeSpan timeout, TimeSpan patience, bool canRepeat)
{
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private long? _failing;

    /// <summary>The collection or the like.</summary>
    public string? Subject => subject;

    /// <summary>As messages have it: "search products_v3".</summary>
    public string Operation => subject is null ? name : $"{name} {subject}";

    public TimeSpan Remaining => timeout - TimeProvider.System.GetElapsedTime(_started);

    /// <summary>Whether doing it twice does no more than once.</summary>
    public bool CanRepeat => canRepeat;

    /// <summary>Tries begun.</summary>
    public int Count { get; set; }

    /// <summary>Of the try before.</summary>
    public MilvusException? Last { get; set; }

    /// <param name="mayRepeat">Whether it may be tried again though doing it twice would do more: nothing was done.</param>
    public MilvusException Failure(string place, string reason, MilvusErrorKind kind, int code = 0, Exception? cause = null, bool mayRepeat = false)
    {
        TimeSpan remaining = Remaining, since = TimeProvider.System.GetElapsedTime(_failing ??= TimeProvider.System.GetTimestamp());
        string tries = Count < 2 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"; tried {Count} times in {(timeout - remaining).TotalSeconds:0.#} s");
        return new MilvusException(place, Operation, $"{reason.TrimEnd('.')}{tries}", kind, code, cause)
        {
            MayRepeat = canRepeat || mayRepeat,
            Remaining = remaining < patience - since ? remaining : patience - since,
            Said = reason,
        };
    }

    public MilvusException TimedOut(string place, Exception? cause)
    {
        string before = Last is { } last ? $"; the try before: {last.Said.TrimEnd('.')}" : "";
        return Failure(place, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.###} s{before}"),
            MilvusErrorKind.TimedOut, cause: cause);
    }
}
