using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace Hybrid.Api.Tests;

/// <summary>A client that a generator makes of the OpenAPI document is built, and asks a service over each route.</summary>
public sealed class GeneratedClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_is_generated_from_the_document_does_what_the_service_can()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        OpenApiDocument document = await OpenApiDocument.FromJsonAsync((await server.GetAsync("/openapi/v1.json")).Text, Token);
        string client = new CSharpClientGenerator(document, new CSharpClientGeneratorSettings
        {
            ClassName = "HybridClient",
            UseBaseUrl = false,
            GenerateOptionalParameters = true,
            CSharpGeneratorSettings =
            {
                Namespace = "Hybrid.Generated",
                JsonLibrary = CSharpJsonLibrary.SystemTextJson,
                GenerateNullableReferenceTypes = true,
            },
        }).GenerateFile();

        // ! : they are there.
        MethodInfo run = Compile(client, await UseAsync()).GetType("Hybrid.Generated.GeneratedClientUse", throwOnError: true)!.GetMethod("RunAsync")!;
        string[] said = await (Task<string[]>)run.Invoke(null, [server.Client])!;   // ! : it returns a task

        Assert.Equal(
        [
            "live", "ready", "4 items", "index Done", "160 events", "train Done, 2 jobs", "Done", "H2", "K2", "H2", "H2", "H2", "H2", "2 of a page",
            "Espresso machine", "Kettle", "2 removed", "1 vector", "1 analogy", "1 analogy", "4 events of a user", "4 erased", "0 dead letters",
            "3 items there", "404 urn:hybrid:not-found", "400 count",
        ], said);
        string[] operations = [.. document.Operations.Select(operation => operation.Operation.OperationId)];
        string use = await UseAsync();
        Assert.All(operations, operation => Assert.Contains($"{char.ToUpperInvariant(operation[0])}{operation[1..]}Async(", use, StringComparison.Ordinal));
    }

    private static async Task<string> UseAsync()
    {
        using var reader = new StreamReader(typeof(GeneratedClientTests).Assembly.GetManifestResourceStream("GeneratedClientUse.cs")!);   // ! : it is built in
        return await reader.ReadToEndAsync(Token);
    }

    private static Assembly Compile(params string[] sources)
    {
        var compilation = CSharpCompilation.Create("HybridClient", sources.Select(source => CSharpSyntaxTree.ParseText(source, cancellationToken: Token)),
            ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        Assert.Empty(compilation.Emit(image, cancellationToken: Token).Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error));
        return Assembly.Load(image.ToArray());
    }
}
