
namespace Hybrid.Tests.Writer;

/// <summary>An engine in a process of its own: Hybrid.Tests.Writer engine &lt;verb&gt; &lt;folder&gt; &lt;model&gt; [&lt;collection&gt;].</summary>
internal static class EngineCalls
{
    public static async Task RunAsync(string verb, string folder, string model, string? collection)
    {
        Say("begin");
        await using HybridEngine engine = await HybridEngine.OpenAsync(new HybridOptions { DataPath = folder, ModelPath = model });
        switch (verb)
        {
            case "open":
                break;
            case "train":
                await engine.TrainAsync();
                break;
            case "alias":
                await engine.Store.SetAliasAsync(HybridEngine.ItemsAlias, collection ?? throw new ArgumentNullException(nameof(collection)));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(verb), verb, "It is open, train or alias.");
        }
        Say("end");
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
