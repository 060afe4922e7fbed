using System.Reflection;
using System.Text.RegularExpressions;
using Hybrid.Indexing;
using Hybrid.Tests.Indexing;

namespace Hybrid.Tests;

/// <summary>What design.md and style.md say of the shape of the code.</summary>
public sealed partial class StructureTests
{
    /// <summary>The flow: a folder uses Vectors and those before it, never those after it.</summary>
    private static readonly string[] Flow = ["Catalog", "Behavior", "Encoding", "Indexing", "Recommending"];

    private static readonly string Library = Path.Combine(RepositoryFiles.Root, "src", "Hybrid");

    [Fact]
    public void A_folder_uses_only_Vectors_and_the_folders_that_feed_it()
    {
        var violations = new List<string>();
        foreach (string file in Sources(Library))
        {
            string folder = Path.GetRelativePath(Library, file).Split(Path.DirectorySeparatorChar)[0];
            foreach (Match use in HybridUsing().Matches(File.ReadAllText(file)))
            {
                string used = use.Groups[1].Value;
                bool allowed = used == folder || (used == "Vectors" && folder != "Vectors") || Array.IndexOf(Flow, used) < Array.IndexOf(Flow, folder) && used != "Vectors";
                if (!allowed)
                    violations.Add($"{Path.GetRelativePath(RepositoryFiles.Root, file)} uses Hybrid.{used}");
            }
        }
        Assert.Empty(violations);
    }

    [Fact]
    public void Every_folder_of_the_library_is_a_stage_of_the_flow_and_at_most_two_deep()
    {
        IEnumerable<string> folders = Directory.EnumerateDirectories(Library, "*", SearchOption.AllDirectories).Select(d => Path.GetRelativePath(Library, d));
        Assert.All(folders, folder =>
        {
            string[] parts = folder.Split(Path.DirectorySeparatorChar);
            Assert.Contains(parts[0], Flow.Append("Vectors"));
            Assert.True(parts.Length <= 2, $"{folder} is more than two deep.");
        });
    }

    [Fact]
    public void No_type_has_the_name_of_a_namespace()
    {
        Type[] types = typeof(IVectorStore).Assembly.GetTypes();
        HashSet<string> namespaces = [.. types.Select(t => t.Namespace).OfType<string>().SelectMany(n => n.Split('.'))];
        Assert.DoesNotContain(types.Where(t => !t.IsNested && t.Namespace?.StartsWith("Hybrid", StringComparison.Ordinal) == true), t => namespaces.Contains(t.Name));
    }

    [Fact]
    public void No_source_file_is_longer_than_400_lines_but_for_tables()
    {
        IEnumerable<string> long_ = Sources(Path.Combine(RepositoryFiles.Root, "src"))
            .Where(file => !file.EndsWith("Table.cs", StringComparison.Ordinal) && File.ReadLines(file).Count() > 400);
        Assert.Empty(long_);
    }

    [Fact]
    public void Every_vector_store_passes_the_contract()
    {
        IEnumerable<Type> stores = typeof(IVectorStore).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IVectorStore)));
        HashSet<string> tested = [.. Assembly.GetExecutingAssembly().GetTypes().Where(t => t.IsSubclassOf(typeof(VectorStoreContract))).Select(t => t.Name)];
        Assert.All(stores, store => Assert.Contains(store.Name + "Tests", tested));
    }

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories);

    [GeneratedRegex(@"^using (?:static )?Hybrid\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex HybridUsing();
}
