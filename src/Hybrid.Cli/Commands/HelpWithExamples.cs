using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Hybrid.Cli.Commands;

internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = help.Invoke(parseResult);
        // The root shows one example of each command.
        IEnumerable<string> examples = parseResult.CommandResult.Command switch
        {
            ExampleCommand command => command.Examples,
            Command root => root.Subcommands.OfType<ExampleCommand>().Select(c => c.Examples[0]),
        };
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (string example in examples)
            output.WriteLine(example.StartsWith("curl ", StringComparison.Ordinal) ? $"  {example}" : $"  hybrid {example}");
        output.WriteLine();
        return exitCode;
    }
}
