using System.Reflection;
using System.Text.RegularExpressions;
using Hybrid.Indexing;
using Microsoft.CodeAnalysis;

namespace Hybrid.Tests;

/// <summary>What design.md and style.md say of the shape of the code.</summary>
public sealed class StructureTests
{
    /// <summary>The flow: a folder uses Vectors and those before it, never those after it.</summary>
    private static readonly string[] Flow = ["Catalog", "Behavior", "Records", "Encoding", "Indexing", "Recommending", "Evaluation", "Streaming", "Upkeep"];

    private static SourceCode Library => SourceCode.Projects.Single(project => project.Name == "Hybrid");

    [Fact]
    public void A_folder_uses_only_Vectors_and_the_folders_that_feed_it_and_the_root_uses_all()
    {
        FolderUse[] wrong = [.. Library.Uses.Where(use => use.From != FolderUse.Root && !Feeds(use.To, use.From))];
        Assert.True(wrong.Length == 0, string.Join<FolderUse>('\n', wrong));
    }

    [Fact]
    public void Every_folder_of_the_library_is_a_stage_of_the_flow()
    {
        Assert.All(Library.Folders, folder => Assert.Contains(folder.Split(Path.DirectorySeparatorChar)[0], Flow.Append("Vectors")));
    }

    [Fact]
    public void A_folder_is_at_most_two_deep()
    {
        Assert.DoesNotContain(SourceCode.Projects.SelectMany(project => project.Folders), folder => folder.Split(Path.DirectorySeparatorChar).Length > 2);
    }

    [Fact]
    public void No_type_has_the_name_of_a_namespace()
    {
        INamespaceSymbol[] namespaces = [.. SourceCode.Projects.SelectMany(project => project.Namespaces)];
        HashSet<string> names = [.. namespaces.Select(space => space.Name)];
        Assert.DoesNotContain(namespaces.SelectMany(space => space.GetTypeMembers()), type => names.Contains(type.Name));
    }

    [Fact]
    public void Folders_do_not_use_each_other_in_a_circle()
    {
        foreach (SourceCode project in SourceCode.Projects)
        {
            FolderUse[] uses = [.. project.Uses.Where(use => use.From != FolderUse.Root && use.To != FolderUse.Root).DistinctBy(use => (use.From, use.To))];
            // What uses none that is left, or is used by none, is in no circle; what stays in the end is, or lies between two.
            for (int before = int.MaxValue; uses.Length < before;)
            {
                before = uses.Length;
                uses = [.. uses.Where(use => uses.Any(next => next.From == use.To) && uses.Any(previous => previous.To == use.From))];
            }
            Assert.True(uses.Length == 0, string.Join<FolderUse>('\n', uses));
        }
    }

    [Fact]
    public void No_source_file_is_longer_than_400_lines_or_wider_than_160_columns_but_for_tables()
    {
        string[] tooLarge =
        [
            .. RepositoryFiles.Sources
                .Where(file => !file.EndsWith("Table.cs", StringComparison.Ordinal))
                .Select(file => (Name: Path.GetRelativePath(RepositoryFiles.Root, file), Lines: File.ReadAllLines(file)))
                .Where(file => file.Lines.Length > 400 || file.Lines.Any(line => line.Length > 160))
                .Select(file => $"{file.Name}: {file.Lines.Length} lines, {file.Lines.Count(line => line.Length > 160)} of them too wide")
                .Order(StringComparer.Ordinal),
        ];
        Assert.True(tooLarge.Length == 0, string.Join('\n', tooLarge));
    }

    [Fact]
    public void Every_vector_store_passes_the_contract()
    {
        IEnumerable<Type> stores = SourceCode.Projects
            .SelectMany(project => Assembly.Load(project.Name).GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IVectorStore)));
        string[] tests = [.. RepositoryFiles.Sources.Where(file => file.EndsWith("Tests.cs", StringComparison.Ordinal)).Select(File.ReadAllText)];
        string[] ofAll = [nameof(VectorStoreContract)];
        // What opens another store and passes calls on has that store's collections.
        string[] ofThoseWithRows =
            [.. ofAll, nameof(VectorCollectionContract), nameof(VectorRowsContract), nameof(VectorSearchOptionsContract), nameof(VectorFilterContract)];
        Assert.All(stores, store =>
        {
            string kind = store.Name.Replace("VectorStore", "", StringComparison.Ordinal);
            Assert.All(kind == store.Name ? ofAll : ofThoseWithRows, contract =>
                Assert.Contains(tests, text => Regex.IsMatch(text, $"class {kind}\\w*Tests\\b.*: {contract}\\(")));
        });
    }

    private static bool Feeds(string folder, string user)
    {
        if (folder == "Vectors")
            return true;
        int place = Array.IndexOf(Flow, folder);
        return place >= 0 && place < Array.IndexOf(Flow, user);
    }
}
