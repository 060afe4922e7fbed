using System.Runtime.InteropServices;

namespace Hybrid.Cli;

/// <summary>Ctrl-C and SIGTERM: the first asks the command to stop, a second one does not wait.</summary>
internal sealed class Cancellation : IDisposable
{
    /// <summary>Long enough to finish the batch at hand, and to undo an import.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private Timer? _last;

    public Cancellation() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];

    /// <summary>What a cancelled command tells the shell: <see cref="Cli.ExitCode.Cancelled"/>; after SIGTERM <see cref="Cli.ExitCode.Terminated"/>.</summary>
    public int ExitCode { get; private set; } = Cli.ExitCode.Cancelled;

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _last?.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        ExitCode = context.Signal == PosixSignal.SIGTERM ? Cli.ExitCode.Terminated : Cli.ExitCode.Cancelled;
        if (_source.IsCancellationRequested)
            Environment.Exit(ExitCode);
        context.Cancel = true;
        _last = new Timer(_ => Environment.Exit(ExitCode), null, Grace, Timeout.InfiniteTimeSpan);
        _source.Cancel();
    }
}
