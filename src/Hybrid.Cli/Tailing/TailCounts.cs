using System.Globalization;
using Hybrid.Cli.Output;
using Hybrid.Records;

namespace Hybrid.Cli.Tailing;

/// <summary>What a tail has taken so far, told at its end.</summary>
internal sealed class TailCounts
{
    /// <summary>What is no event is shown one by one, so many; all of it is kept.</summary>
    private const int FaultsShown = 20;

    private long _added, _again, _faults;

    public void Add(int added, int again, IReadOnlyList<DeadLetter> faults)
    {
        foreach (DeadLetter fault in faults)
        {
            if (_faults++ < FaultsShown)
                Terminal.Note($"{fault.Source}{(fault.Line is { } line ? $", line {line}" : "")}: {fault.Reason}");
        }
        (_added, _again) = (_added + added, _again + again);
    }

    public void Tell() => Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"Events: {_added:N0} new, {_again:N0} there already; {_faults:N0} lines ")
        + (_faults == 0 ? "are none." : "are none, and are kept as dead letters: `hybrid status --dead-letters` lists them."));
}
