using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hybrid.Tests;

/// <summary>One project of src as the compiler understands it: which folder uses which, by whatever names the code reaches it.</summary>
internal sealed class SourceCode
{
    private readonly string _folder;
    private readonly CSharpCompilation _compilation;

    private SourceCode(string projectFile)
    {
        _folder = Path.GetDirectoryName(projectFile)!;   // ! : it is a file in a folder
        Name = Path.GetFileNameWithoutExtension(projectFile);
        string platform = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        _compilation = CSharpCompilation.Create(
            Name,
            [
                CSharpSyntaxTree.ParseText(RepositoryFiles.ImplicitUsings),
                .. Directory.EnumerateFiles(_folder, "*.cs", SearchOption.AllDirectories)
                    .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file)),
            ],
            platform.Split(Path.PathSeparator)
                .Where(path => Path.GetFileNameWithoutExtension(path) != Name)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Uses = [.. FindUses()];
    }

    /// <summary>Every project of src.</summary>
    public static IReadOnlyList<SourceCode> Projects { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(file => new SourceCode(file))];

    public string Name { get; }

    /// <summary>Every use of something that another folder of the project declares.</summary>
    public IReadOnlyList<FolderUse> Uses { get; }

    /// <summary>The folders that hold code, as paths from the project.</summary>
    public IEnumerable<string> Folders =>
        Directory.EnumerateDirectories(_folder, "*", SearchOption.AllDirectories).Select(folder => Path.GetRelativePath(_folder, folder));

    public IEnumerable<INamespaceSymbol> Namespaces => Below(_compilation.Assembly.GlobalNamespace);

    private static IEnumerable<INamespaceSymbol> Below(INamespaceSymbol parent) =>
        parent.GetNamespaceMembers().SelectMany(child => Below(child).Prepend(child));

    private IEnumerable<FolderUse> FindUses()
    {
        foreach (SyntaxTree tree in _compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0))
        {
            SemanticModel model = _compilation.GetSemanticModel(tree);
            string from = FolderOf(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                // A name that the compiler cannot decide, for want of generated code, still has its candidates.
                SymbolInfo found = model.GetSymbolInfo(name);
                if ((found.Symbol ?? found.CandidateSymbols.FirstOrDefault()) is not { } symbol)
                    continue;
                foreach (string to in FoldersOf(symbol).Where(to => to != from))
                    yield return new FolderUse(Path.GetRelativePath(RepositoryFiles.Root, tree.FilePath), from, to, symbol.ToDisplayString());
            }
        }
    }

    private IEnumerable<string> FoldersOf(ISymbol symbol)
    {
        if (symbol is not INamespaceSymbol)
            return symbol.DeclaringSyntaxReferences.Select(reference => FolderOf(reference.SyntaxTree)).Distinct();
        // A using is a use, even if only a comment needs it; the project's own namespace says nothing.
        string full = symbol.ToDisplayString();
        return full.StartsWith(Name + ".", StringComparison.Ordinal) ? [full[(Name.Length + 1)..].Split('.')[0]] : [];
    }

    private string FolderOf(SyntaxTree tree)
    {
        string[] parts = Path.GetRelativePath(_folder, tree.FilePath).Split(Path.DirectorySeparatorChar);
        return parts.Length == 1 ? FolderUse.Root : parts[0];
    }
}
