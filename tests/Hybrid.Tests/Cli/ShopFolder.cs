namespace Hybrid.Tests.Cli;

/// <summary>A folder to run the command in; its data are in ./hybrid-data, where the command looks for them.</summary>
internal sealed class ShopFolder : IDisposable
{
    private const string Data = "hybrid-data";

    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    public string DataPath => _folder.File(Data);

    public string File(string name) => _folder.File(name);

    public string DataFile(string name) => System.IO.Path.Combine(DataPath, name);

    public Task WriteAsync(string name, string content) => System.IO.File.WriteAllTextAsync(File(name), content, TestContext.Current.CancellationToken);

    public Task<HybridCommand.Result> RunAsync(params string[] arguments) => HybridCommand.RunAsync(Path, arguments);

    public Task<HybridCommand.Result> RunWithInputAsync(string input, params string[] arguments) => HybridCommand.RunWithInputAsync(Path, input, arguments);

    /// <summary>Runs a command that has to succeed.</summary>
    public async Task<HybridCommand.Result> DoAsync(params string[] arguments)
    {
        HybridCommand.Result result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"hybrid {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Errors}");
        return result;
    }

    /// <summary>A copy of everything; nothing may write this folder meanwhile.</summary>
    public ShopFolder Copy()
    {
        var copy = new ShopFolder();
        foreach (string from in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            string to = copy.File(System.IO.Path.GetRelativePath(Path, from));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);   // ! : it is a file in a folder
            System.IO.File.Copy(from, to);
        }
        return copy;
    }

    public void Dispose() => _folder.Dispose();
}
