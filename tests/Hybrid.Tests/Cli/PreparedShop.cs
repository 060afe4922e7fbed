using Hybrid.Tests.Cli;

[assembly: AssemblyFixture(typeof(PreparedShop))]

namespace Hybrid.Tests.Cli;

/// <summary>A small shop that is imported, indexed and trained once for all tests of the command, when the first of them asks for it.</summary>
/// <remarks>Tests that change nothing share one folder; the others take a copy, which is a few small files instead of seconds of encoding.</remarks>
public sealed class PreparedShop : IAsyncDisposable
{
    /// <summary>Two things to listen with, two for coffee, and a tent.</summary>
    internal const string Items = """
        id,title,text,category,brand,price,in_stock
        A1,Wireless headphones,With noise cancelling,audio,Aldervane,149,true
        A2,Bluetooth speaker,Waterproof,audio,Brixholm,79,false
        K1,Espresso machine,With a steam wand,coffee,Calduro,349,true
        K2,Coffee grinder,Steel burrs,coffee,Denvik,99,yes
        T1,Two-person tent,For festivals,outdoor,Elmstrand,229,3

        """;

    /// <summary>U1 has had K1; U2 A1, A2; U3 K2, K1 and what is no longer sold; U4 T1 long ago, and six times K1 since.</summary>
    private const string FewEvents = """
        user,item,time
        U1,K1,2026-01-01T10:00:00Z
        U2,A1,2026-01-01T10:00:00Z
        U2,A2,2026-01-01T10:02:00Z
        U3,K2,2026-01-02T10:00:00Z
        U3,K1,2026-01-02T10:02:00Z
        U3,GONE,2026-01-02T10:03:00Z
        U4,T1,2026-01-02T10:00:00Z
        U4,K1,2026-01-03T10:00:00Z
        U4,K1,2026-01-03T10:01:00Z
        U4,K1,2026-01-03T10:02:00Z
        U4,K1,2026-01-03T10:03:00Z
        U4,K1,2026-01-03T10:04:00Z
        U4,K1,2026-01-03T10:05:00Z

        """;

    private readonly Lazy<Task<ShopFolder>> _original;
    private readonly Lazy<Task<ShopFolder>> _shared;

    public PreparedShop()
    {
        _original = new(PrepareAsync);
        // Not the original: whoever reads it has it open, and it is copied meanwhile.
        _shared = new(CopyAsync);
    }

    /// <summary>The events of the few, and of many who buy coffee things together or audio things together.</summary>
    internal static string EventsOf(int others) => FewEvents + string.Concat(Enumerable.Range(1, others).Select(i => i % 2 == 0
        ? $"C{i},K1,2026-02-01T10:00:00Z\nC{i},K2,2026-02-01T10:01:00Z\n"
        : $"L{i},A1,2026-02-01T10:00:00Z\nL{i},A2,2026-02-01T10:01:00Z\n"));

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<Task<ShopFolder>> folder in (Lazy<Task<ShopFolder>>[])[_original, _shared])
        {
            if (folder is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
                (await folder.Value).Dispose();
        }
    }

    /// <summary>The folder for tests that change nothing in it.</summary>
    internal Task<ShopFolder> ShareAsync() => _shared.Value;

    /// <summary>A folder of the test's own.</summary>
    internal async Task<ShopFolder> CopyAsync() => (await _original.Value).Copy();

    private static async Task<ShopFolder> PrepareAsync()
    {
        var folder = new ShopFolder();
        await folder.WriteAsync("items.csv", Items);
        await folder.WriteAsync("events.csv", EventsOf(others: 40));
        await folder.DoAsync("import", "--items", "items.csv", "--events", "events.csv", "--index", "--train");
        return folder;
    }
}
