using Hybrid.Cli.Commands;
using Hybrid.Cli.Legacy;
using Hybrid.Cli.Output;

namespace Hybrid.Cli;

/// <summary>Opens the data folder that a command works on.</summary>
internal static class DataFolder
{
    /// <param name="store">Where the vectors are; null: in the folder.</param>
    public static HybridOptions Options(string path, string? model = null, ExternalStore? store = null, int? dimension = null) =>
        new()
        {
            DataPath = path,
            ModelPath = model,
            Store = store,
            Dimension = dimension,
            OtherStore = setting => StoreOption.Read(setting, "The migration's store"),
            OtherVectors = source => LegacySource.ReadServer(source, CancellationToken.None),
        };

    /// <summary>Opens a folder, does a command's work on it, and says what its user should know beside the result.</summary>
    /// <param name="mayBeNew">Whether the folder is made where there is none.</param>
    /// <exception cref="NotReadyException">Nothing was imported there yet, and <paramref name="mayBeNew"/> is false.</exception>
    public static async Task<int> UseAsync(HybridOptions options, bool mayBeNew, Func<HybridEngine, Task<int>> work, CancellationToken cancellationToken)
    {
        await using HybridEngine engine = mayBeNew
            ? await HybridEngine.OpenAsync(options, cancellationToken: cancellationToken)
            : await OpenAsync(options, cancellationToken);
        int exitCode = await work(engine);
        Terminal.NoteUnknownTexts(engine.UnknownTextWarning);
        Terminal.NoteNotIndexed(engine.NotIndexed);
        return exitCode;
    }

    /// <summary>Opens a folder that is there; where it is not, the store that the options name, to be read alone.</summary>
    /// <exception cref="NotReadyException">Nothing was imported there yet, and no store is named.</exception>
    public static Task<HybridEngine> OpenAsync(HybridOptions options, CancellationToken cancellationToken)
    {
        if (!HybridEngine.Exists(options.DataPath) && options.Store is not null)
            options = options with { WithoutRecords = true };
        else
            RequireRecords(options);
        return HybridEngine.OpenAsync(options, cancellationToken: cancellationToken);
    }

    /// <exception cref="NotReadyException">Nothing was imported there yet.</exception>
    public static void RequireRecords(HybridOptions options)
    {
        if (!HybridEngine.Exists(options.DataPath))
            throw new NotReadyException(NotReadyReason.NoItems, $"There is no data in {options.DataPath}", "import something first, or name another folder");
    }
}
