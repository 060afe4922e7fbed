using System.Runtime.InteropServices;

namespace Hybrid.Cli.Measuring;

/// <summary>What the figures were measured on.</summary>
internal sealed record Machine(string Cpu, int Cores, string Os, string Runtime)
{
    public static Machine Here() => new(CpuName(), Environment.ProcessorCount, RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription);

    public override string ToString() => $"{Cpu}, {Cores} cores; {Os}; {Runtime}";

    // .NET does not tell the model; Linux does.
    private static string CpuName()
    {
        const string Linux = "/proc/cpuinfo";
        string? line = File.Exists(Linux) ? File.ReadLines(Linux).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
