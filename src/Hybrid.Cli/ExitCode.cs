namespace Hybrid.Cli;

/// <summary>What the command tells the shell; README lists them.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The world failed: a file, the store, a model; or what was asked for is not there.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The input has rows or lines that cannot be used: an import changed nothing, --batch answered the others.</summary>
    public const int BadInput = 3;

    /// <summary>The verdict of a comparison that is not to go on: too slow, worse, or not to be told yet.</summary>
    public const int Hold = 10, Rollback = 11, Inconclusive = 12;

    /// <summary>Ctrl-C: what was acknowledged is kept, the rest was not begun or was undone.</summary>
    public const int Cancelled = 130;

    /// <summary>SIGTERM: likewise.</summary>
    public const int Terminated = 143;
}
