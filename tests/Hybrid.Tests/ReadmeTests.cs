using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hybrid.Tests;

/// <summary>The C# of README.md compiles, and the first program runs.</summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
[Collection(nameof(ReadmeTests))]
public sealed class ReadmeTests
{
    [Fact]
    public async Task The_first_program_is_short_needs_no_file_and_recommends()
    {
        string program = ReadmeProgram.First;
        Assert.True(program.Split('\n').Count(line => line.Trim().Length > 0) <= 13, "README's program has grown.");
        Assembly compiled = Compile(program);

        using var folder = new TemporaryFolder();
        string printed = await RunAsync(compiled, folder.Path);

        ReadmeProgram.ExpectRecommendations(printed);
    }

    [Fact]
    public void Every_other_block_of_CSharp_compiles()
    {
        Assert.All(ReadmeProgram.Others, block => Compile(block));
    }

    private static Assembly Compile(string program)
    {
        string platform = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"readme-{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(program), CSharpSyntaxTree.ParseText(RepositoryFiles.ImplicitUsings)],
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
}
