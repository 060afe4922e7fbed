using System.Globalization;
using CsCheck;
using Hybrid.Encoding;
using Hybrid.Tests.Encoding;

namespace Hybrid.Tests.Upkeep;

/// <summary>Any order of changes, steps of two appliers, cuts, repeated writes and ways back leaves both collections as the records are.</summary>
/// <remarks>1,000 schedules; HYBRID_SCHEDULES=100000 asks for more, which take 7 ms of a processor each.</remarks>
public sealed class MigrationModelTests : IDisposable
{
    private static readonly int Schedules = int.Parse(Environment.GetEnvironmentVariable("HYBRID_SCHEDULES") ?? "1000", CultureInfo.InvariantCulture);

    private static readonly Gen<(int Step, int Item, int Version)[]> Steps = Gen.Select(Gen.Int[0, 15], Gen.Int[0, 5], Gen.Int[0, 7]).Array[1, 40];

    private readonly TinyModel _model = new();
    private readonly TextEncoder _encoder;

    public MigrationModelTests() => _encoder = TextEncoder.Load(_model.Folder, new TextEncoderOptions { Threads = 1 });

    public void Dispose()
    {
        _encoder.Dispose();
        _model.Dispose();
    }

    [Fact]
    public Task Whatever_happens_in_whatever_order_both_hold_what_was_acknowledged_and_nothing_that_was_deleted() =>
        Steps.SampleAsync(steps => RunAsync(":memory:", steps), iter: Schedules);

    [Fact]
    public async Task The_same_holds_where_the_records_are_opened_again()
    {
        using var folder = new TemporaryFolder();
        int file = 0;
        await Steps.SampleAsync(steps => RunAsync(folder.File($"{Interlocked.Increment(ref file)}.db"), steps), iter: Math.Max(20, Schedules / 50));
    }

    private async Task RunAsync(string path, (int Step, int Item, int Version)[] steps)
    {
        using var schedule = new MigrationSchedule(path, _encoder);
        foreach ((int step, int item, int version) in steps)
            await schedule.DoAsync(step, item, version);
        await schedule.EndAsync();
    }
}
