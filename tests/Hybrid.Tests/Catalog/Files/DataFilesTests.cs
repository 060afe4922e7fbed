using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Tests.Catalog.Files;

/// <summary>Which files a path stands for.</summary>
public sealed class DataFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DataFilesTests()
    {
        string[] names =
            ["a/part-1.csv", "a/part-0.csv", "a/_SUCCESS", "a/.part-0.csv.crc", "a/note.txt", "a/in/x.csv", "b/part-9.csv", "[1].csv"];
        foreach (string name in names)
        {
            string path = Path.Combine(_folder.Path, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);   // ! : it is in the folder
            File.WriteAllText(path, "");
        }
        Directory.CreateDirectory(Path.Combine(_folder.Path, "empty"));
    }

    [Theory]
    [InlineData("a", "a/note.txt", "a/part-0.csv", "a/part-1.csv")]
    [InlineData("a/*.csv", "a/part-0.csv", "a/part-1.csv")]
    [InlineData("a/part-?.csv", "a/part-0.csv", "a/part-1.csv")]
    [InlineData("?/part-*", "a/part-0.csv", "a/part-1.csv", "b/part-9.csv")]
    [InlineData("b/", "b/part-9.csv")]
    [InlineData("a/_S*", "a/_SUCCESS")]
    [InlineData("a/part-1.csv", "a/part-1.csv")]
    [InlineData("[1].csv", "[1].csv")]
    [InlineData("nowhere.csv", "nowhere.csv")]
    public void A_path_stands_for_files_in_the_order_of_their_names(string path, params string[] files) =>
        Assert.Equal(files.Select(file => Path.Combine(_folder.Path, file)), DataFiles.Expand(Path.Combine(_folder.Path, path)));

    [Theory]
    [InlineData("a/*.json", "no file matches it")]
    [InlineData("no/*.csv", "no file matches it")]
    [InlineData("empty", "a folder without a file of data")]
    public void A_path_that_stands_for_none_says_so(string path, string reason) =>
        Assert.Contains(reason, Assert.Throws<DataFileException>(() => DataFiles.Expand(Path.Combine(_folder.Path, path))).Message, StringComparison.Ordinal);

    [Fact]
    public void Standard_input_is_itself() => Assert.Equal(["-"], DataFiles.Expand("-"));

    public void Dispose() => _folder.Dispose();
}
