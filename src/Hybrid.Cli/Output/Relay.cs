namespace Hybrid.Cli.Output;

/// <summary>Unlike <see cref="Progress{T}"/> it reports at once, in order, on the caller's thread.</summary>
internal sealed class Relay<T>(Action<T> show) : IProgress<T>
{
    void IProgress<T>.Report(T value) => show(value);
}
