using System.Collections.Concurrent;
using Hybrid.Indexing.Embedded;
using Microsoft.Extensions.Logging;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>Keeps what a store logs.</summary>
internal sealed class NotedLog : ILogger<EmbeddedVectorStore>
{
    public ConcurrentQueue<string> Notes { get; } = [];

    /// <summary>Called with each note, by whoever writes it.</summary>
    public Action<string>? Noting { get; init; }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string note = $"{logLevel}: {formatter(state, exception)}";
        Notes.Enqueue(note);
        Noting?.Invoke(note);
    }
}
