using System.Globalization;
using System.Text.Json;

namespace Hybrid.Benchmarks;

/// <summary>A Python process that does the same with pymilvus; see milvus_peer.py.</summary>
internal sealed class PyMilvus(string python, Uri server) : IDisposable
{
    private readonly PythonPeer _peer = new(python, "milvus_peer.py", server.ToString());

    public async Task<(double[] Milliseconds, double CpuSeconds)> SearchAsync(string collection, int callers, int calls)
    {
        JsonElement answer = await _peer.AskAsync(string.Create(CultureInfo.InvariantCulture, $"search {collection} {callers} {calls}"));
        return ([.. answer.GetProperty("ms").EnumerateArray().Select(ms => ms.GetDouble())], answer.GetProperty("cpu").GetDouble());
    }

    public async Task<double> WriteAsync(bool isUpsert, string collection, int rows, int dimension, int batch) => (await _peer.AskAsync(string.Create(
        CultureInfo.InvariantCulture, $"write {(isUpsert ? "upsert" : "insert")} {collection} {rows} {dimension} {batch}"))).GetProperty("seconds").GetDouble();

    public void Dispose() => _peer.Dispose();
}
