// Feeds  damaged files to everything that reads files, and damaged filters to their parser: each input must end in a value, or in an exception that the
//        reader documents, having allocated no more than a multiple of its length. Inputs that ever failed are in Corpus/<target>, and come first.
// Run    dotnet test -c Release: some hundreds of inputs a target, the same ones each time.
//        HYBRID_FUZZ_MINUTES=60 dotnet run -c Release --project tests/Hybrid.Fuzz: an hour a target, with other and longer inputs each time.
//        HYBRID_FUZZ_TARGET=filter takes one target alone; HYBRID_FUZZ_SEED=7 repeats the inputs of the run that named this number.
// Then   an input that failed is in Corpus: mend the reader, and commit both.
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CsCheck;

namespace Hybrid.Fuzz;

public sealed class FuzzTests(FuzzTargets targets, ITestOutputHelper output) : IClassFixture<FuzzTargets>
{
    private const int Inputs = 500;
    private const ulong Seed = 20261123;

    // A megabyte is the longest line of a file: what takes time quadratic in it hangs. Within seconds there is no time for many such inputs.
    private const int MostBytes = 1 << 16, MostBytesByHand = 1 << 20;

    private const long AllocatedByAny = 1 << 20;

    // Not a measurement: an input takes milliseconds, a long one a second, and one that hangs takes for ever.
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Names => Setting("TARGET") is { } only ? [only] : [.. FuzzTargets.Names];

    [Theory, MemberData(nameof(Names))]
    public void What_failed_once_ends_well(string name)
    {
        FuzzTarget target = targets[name];
        Assert.All(target.Files, file => Read(target, file));
        string folder = Corpus(name);
        if (Directory.Exists(folder))
            Assert.All(Directory.EnumerateFiles(folder), path => Read(target, File.ReadAllBytes(path)));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_damaged_file_ends_in_a_value_or_in_an_exception_of_ours(string name)
    {
        FuzzTarget target = targets[name];
        TimeSpan time = TimeSpan.FromMinutes(double.Parse(Setting("MINUTES") ?? "0", CultureInfo.InvariantCulture));
        bool byHand = time > TimeSpan.Zero;
        ulong seed = Setting("SEED") is { } chosen ? ulong.Parse(chosen, CultureInfo.InvariantCulture) : byHand ? (ulong)Stopwatch.GetTimestamp() : Seed;
        output.WriteLine($"HYBRID_FUZZ_SEED={seed}");
        Gen<byte[]> damaged = Damage.Of(target, byHand ? MostBytesByHand : MostBytes);
        var random = new PCG(1, seed);
        long started = Stopwatch.GetTimestamp(), done = 0;
        for (; done < Inputs || Stopwatch.GetElapsedTime(started) < time; done++)
            Read(target, damaged.Generate(random, null, out _));
        output.WriteLine($"{done} inputs");
    }

    private static void Read(FuzzTarget target, byte[] input)
    {
        using var guard = new Timer(_ => Environment.FailFast($"{target} hangs in {Save(target, input)}"), null, Hang, Timeout.InfiniteTimeSpan);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Read(input);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{target} ended in {e.GetType().Name}: {e.Message} The input is {Save(target, input)}", e);
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > AllocatedByAny + (long)target.AllocatedPerByte * input.Length)
            throw new InvalidOperationException($"{target} allocated {allocated:N0} bytes for {input.Length:N0}. The input is {Save(target, input)}");
    }

    private static string Save(FuzzTarget target, byte[] input)
    {
        string path = Path.Combine(Directory.CreateDirectory(Corpus(target.Name)).FullName, Convert.ToHexStringLower(SHA256.HashData(input))[..12]);
        File.WriteAllBytes(path, input);
        return path;
    }

    private static string Corpus(string name) => Path.Combine(RepositoryFiles.Root, "tests", "Hybrid.Fuzz", "Corpus", name);

    private static string? Setting(string name) => Environment.GetEnvironmentVariable($"HYBRID_FUZZ_{name}") is { Length: > 0 } value ? value : null;
}
