using System.Globalization;
using Hybrid.Cli.Measuring;

namespace Hybrid.Cli.Bench;

/// <summary>The measurement of `hybrid bench import`: generated CSV files into a new data folder, again and again.</summary>
internal sealed class ImportBench(int items, int events, int rounds, CancellationToken cancellationToken)
{
    private const int Seed = 7;
    private const int EventsPerUser = 20;
    private const int Categories = 200;

    public IReadOnlyList<Measurement> Run()
    {
        string folder = Directory.CreateTempSubdirectory("hybrid-bench-").FullName;
        try
        {
            string itemsFile = Path.Combine(folder, "items.csv"), eventsFile = Path.Combine(folder, "events.csv");
            WriteItems(itemsFile);
            WriteEvents(eventsFile);
            return
            [
                Rate($"import {items:N0} items", folder, items, new ImportRequest { Items = [itemsFile] }),
                Rate($"import {events:N0} events", folder, events, new ImportRequest { Events = [eventsFile] }),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Measurement Rate(string what, string folder, long rows, ImportRequest request)
    {
        string data = Path.Combine(folder, "data");
        return Measurement.Rate(what, "rows/s", rounds, () =>
        {
            if (Directory.Exists(data))
                Directory.Delete(data, recursive: true);
            ImportAsync(data, request).GetAwaiter().GetResult();
            return rows;
        }, cancellationToken);
    }

    private async Task ImportAsync(string data, ImportRequest request)
    {
        await using HybridEngine engine = await HybridEngine.OpenAsync(new HybridOptions { DataPath = data }, cancellationToken: cancellationToken);
        await engine.ImportAsync(request, cancellationToken: cancellationToken);
    }

    private void WriteItems(string file)
    {
        var random = new Random(Seed);
        using var writer = new StreamWriter(file);
        writer.WriteLine("id,title,text,category,brand,price,in_stock,color,weight");
        for (int i = 0; i < items; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"P{i},Product number {i},\"A thing, made well, for use "
                    + $"{i % 977}\",c{random.Next(Categories)},b{random.Next(50)},{random.Next(1, 100_000) / 100.0},"
                + $"{random.Next(20)},color {random.Next(12)},{random.Next(1, 5000)}"));
        }
    }

    private void WriteEvents(string file)
    {
        var random = new Random(Seed);
        using var writer = new StreamWriter(file);
        writer.WriteLine("user,item,kind,time");
        for (int i = 0; i < events; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"U{i / EventsPerUser},P{random.Next(items)},view,{1_700_000_000L + i}"));
        }
    }
}
