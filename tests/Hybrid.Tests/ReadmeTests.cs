using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hybrid.Tests;

/// <summary>The C# of README.md compiles, and the ten-line program runs.</summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
[Collection(nameof(ReadmeTests))]
public sealed partial class ReadmeTests
{
    // What a console project has without asking for it.
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;
        """;

    [Fact]
    public async Task The_ten_line_program_recommends_from_two_CSV_files()
    {
        string program = Blocks().First();
        Assert.True(program.Split('\n').Count(line => line.Trim().Length > 0) <= 12, "README's program has grown.");
        Assembly compiled = Compile(program);

        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("items.csv"), """
            id,title,category,price
            P100,Wireless noise-cancelling headphones,audio,199
            P203,Smartphone with three cameras,phones,699
            P305,Tablet with a ten inch screen,tablets,399
            P501,Sports watch with GPS,watches,149
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("events.csv"), """
            user,item,time
            U1,P100,2026-01-01T10:00:00Z
            U1,P203,2026-01-01T10:01:00Z
            U2,P203,2026-01-01T11:00:00Z
            U2,P305,2026-01-01T11:02:00Z
            U2,P100,2026-01-01T11:03:00Z
            """, TestContext.Current.CancellationToken);

        string printed = await RunAsync(compiled, folder.Path);

        Assert.Contains("P100", printed, StringComparison.Ordinal);
        Assert.Contains("behaviour", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_other_block_of_CSharp_compiles()
    {
        Assert.All(Blocks().Skip(1), block => Compile(block));
    }

    private static IEnumerable<string> Blocks() =>
        CSharpBlock().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "README.md"))).Select(m => m.Groups[1].Value);

    private static Assembly Compile(string program)
    {
        string platform = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"readme-{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(program), CSharpSyntaxTree.ParseText(ImplicitUsings)],
            platform.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(image);
        Assert.True(result.Success, $"{string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error))}\n{program}");
        return Assembly.Load(image.ToArray());
    }

    /// <summary>Runs a program in a folder, as `dotnet run` would, and returns what it printed.</summary>
    private static async Task<string> RunAsync(Assembly program, string folder)
    {
        string before = Directory.GetCurrentDirectory();
        TextWriter console = Console.Out;
        using var printed = new StringWriter();
        try
        {
            // The only test that touches the process's folder and console, and so in a collection that runs alone.
            Directory.SetCurrentDirectory(folder);
            Console.SetOut(printed);
            object? result = program.EntryPoint!.Invoke(null, [Array.Empty<string>()]);   // ! : a console application has one
            if (result is Task task)
                await task;
        }
        finally
        {
            Console.SetOut(console);
            Directory.SetCurrentDirectory(before);
        }
        return printed.ToString();
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
