using System.Reflection;
using System.Text.Json;
using Hybrid.Cli.Output;
using Hybrid.Evaluation;

namespace Hybrid.Cli.Evaluating;

/// <summary>The sources that an evaluation has measured so far, kept until it has measured all.</summary>
internal sealed class EvaluationState : IDisposable
{
    private readonly StateFile? _file;
    private readonly string? _path;
    private readonly Dictionary<string, SourceReport> _reports;

    private EvaluationState(StateFile? file, string? path)
    {
        _file = file;
        _path = path;
        _reports = (file?.Lines ?? []).Select(line => StateFile.Parse<SourceReport>(line, JsonOutput.Options)).OfType<SourceReport>()
            .DistinctBy(report => report.Source).ToDictionary(report => report.Source);
        if (_reports.Count > 0)
            Terminal.Note($"Goes on behind what an interrupted run has measured: {string.Join(", ", _reports.Keys)}.");
    }

    /// <summary>Whether what is measured survives an interruption.</summary>
    public bool IsKept => _file is not null;

    /// <param name="path">Null: nothing is kept.</param>
    /// <param name="isAsked">Whether somebody named the file; another one that cannot be written is done without.</param>
    /// <param name="parts">All that the figures depend on.</param>
    /// <exception cref="IOException">The file that was named cannot be written, or another run has it.</exception>
    public static EvaluationState Open(string? path, bool isAsked, IEnumerable<string?> parts)
    {
        if (path is null)
            return new EvaluationState(null, null);
        string version = typeof(EvaluationState).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        try
        {
            return new EvaluationState(StateFile.Open(path, string.Join('\n', parts.Append(version))), path);
        }
        catch (Exception e) when (!isAsked && e is IOException or UnauthorizedAccessException)
        {
            return new EvaluationState(null, null);   // a folder that can only be read
        }
    }

    /// <summary>What was measured of a source; null where nothing was yet.</summary>
    public SourceReport? Find(string source) => _reports.GetValueOrDefault(source);

    public void Add(SourceReport report) => _file?.Add(JsonSerializer.Serialize(report, JsonOutput.Options));

    /// <summary>All is measured: the next run begins anew.</summary>
    public void Finish()
    {
        if (_file is null || _path is null)
            return;
        _file.Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _file?.Dispose();
}
