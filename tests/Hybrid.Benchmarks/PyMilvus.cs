using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hybrid.Benchmarks;

/// <summary>A Python process that does the same with pymilvus; see milvus_peer.py.</summary>
internal sealed class PyMilvus : IDisposable
{
    private readonly Process _process;

    public PyMilvus(string python, Uri server)
    {
        ProcessStartInfo start = new(python, [Path.Combine(AppContext.BaseDirectory, "milvus_peer.py"), server.ToString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{python} did not start.");
    }

    public async Task<(double[] Milliseconds, double CpuSeconds)> SearchAsync(string collection, int callers, int calls)
    {
        using JsonDocument answer = await AskAsync(string.Create(CultureInfo.InvariantCulture, $"search {collection} {callers} {calls}"));
        return ([.. answer.RootElement.GetProperty("ms").EnumerateArray().Select(ms => ms.GetDouble())], answer.RootElement.GetProperty("cpu").GetDouble());
    }

    public async Task<double> WriteAsync(bool isUpsert, string collection, int rows, int dimension, int batch)
    {
        using JsonDocument answer = await AskAsync(string.Create(
            CultureInfo.InvariantCulture, $"write {(isUpsert ? "upsert" : "insert")} {collection} {rows} {dimension} {batch}"));
        return answer.RootElement.GetProperty("seconds").GetDouble();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }

    private async Task<JsonDocument> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        string answer = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("pymilvus has ended; what it said is above.");
        return JsonDocument.Parse(answer);
    }
}
