using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Output;
using Hybrid.Encoding;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class ModelCommand
{
    private sealed record Listed(string Name, IReadOnlyList<string> Languages, int Dimension, int MaxTokens, long Bytes, string Folder);

    private sealed record Finding(string What, string Value, string From);

    private sealed record Checked(string Name, string Folder, bool WroteManifest, int Dimension, IReadOnlyList<Finding> Found, IReadOnlyDictionary<string,
        string> Sha256);

    public static Command Create() => new ExampleCommand("model", "Text encoders: what is there, and whether one of your own works.",
        "model list",
        "model check ./my-encoder")
    {
        List(),
        Check(),
    };

    private static ExampleCommand List()
    {
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("list", "The models that ship with this program; --model takes their names.",
            "model list",
            "model list --json")
        { json };
        command.SetAction(parsed =>
        {
            Listed[] models = [.. ModelFolder.Names.Select(name => Describe(ModelFolder.Find(name)))];
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(models);
            else
                Write(models);
            return ExitCode.Done;
        });
        return command;
    }

    private static ExampleCommand Check()
    {
        var folder = new Argument<string>("folder")
        {
            Description = "A folder as Hugging Face or sentence-transformers write it: model.onnx or onnx/model.onnx, tokenizer.json or vocab.txt, and "
                + "their settings.",
        };
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("check", "Say what a model folder is understood to be, run it once, and write its manifest, model.json, where it "
            + "has none. "
            + "What cannot be run is refused, with the file that says so.",
            "model check ./my-encoder",
            "model check ./my-encoder --json")
        { folder, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(folder)!;   // ! : it is required
            ModelCheck check = ModelCheck.Run(path);
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new Checked(check.Manifest.Name, path, check.IsNew, check.Manifest.Dimension,
                    [.. check.Findings.Select(one => new Finding(one.What, one.Value, one.File))], check.Manifest.Sha256));
            else
                Write(check, path);
            return ExitCode.Done;
        });
        return command;
    }

    private static Listed Describe(string folder)
    {
        var manifest = ModelManifest.Load(folder);
        long bytes = manifest.Sha256.Keys.Sum(file => new FileInfo(Path.Combine(folder, file)) is { Exists: true } found ? found.Length : 0);
        return new Listed(manifest.Name, manifest.Languages, manifest.Dimension, manifest.MaxTokens, bytes, folder);
    }

    private static void Write(IReadOnlyList<Listed> models)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("name", "languages", "dimension", "tokens", "size", "where");
        foreach (Listed model in models)
        {
            table.AddRow([.. ((string[])
            [
                model.Name, string.Join(", ", model.Languages), model.Dimension.ToString(CultureInfo.InvariantCulture),
                model.MaxTokens.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{model.Bytes / 1e6:F0} MB"), model.Folder,
            ]).Select(ResultTable.Cell)]);
        }
        ResultTable.Write(table);
    }

    private static void Write(ModelCheck check, string folder)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("what", "understood as", "from");
        foreach (ModelFinding one in check.Findings)
            table.AddRow(ResultTable.Cell(one.What), ResultTable.Cell(one.Value), ResultTable.Cell(one.File));
        foreach ((string file, string hash) in check.Manifest.Sha256.OrderBy(f => f.Key, StringComparer.Ordinal))
            table.AddRow("hash", hash, ResultTable.Cell(file));
        ResultTable.Write(table);
        Terminal.Note(check.IsNew
            ? $"{check.Manifest.Name} works; {Path.Combine(folder, ModelManifest.FileName)} is written. `hybrid index --model {folder}` uses it."
            : $"{check.Manifest.Name} works: hashes and self-test are those of its {ModelManifest.FileName}.");
    }
}
