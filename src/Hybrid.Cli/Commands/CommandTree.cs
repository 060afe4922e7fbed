using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Hybrid.Cli.Commands;

internal static class CommandTree
{
    public static Command Build()
    {
        // Not a RootCommand: that is called like the assembly, Hybrid.Cli, and help would show it so.
        var root = new Command("hybrid", """
            Recommendations and search for a product catalogue: text vectors, behaviour vectors, one folder of data, no server.

            Results go to standard output, everything else to standard error.
            Exit codes: 0 done, 1 failed, 2 wrong command line, 3 bad rows or lines in the input, 130 cancelled, 143 terminated.
            """)
        {
            DemoCommand.Create(),
            ImportCommand.Create(),
            IndexCommand.Create(),
            TrainCommand.Create(),
            SearchCommand.Create(),
            SimilarCommand.Create(),
            RecommendCommand.Create(),
            EmbedCommand.Create(),
            StatusCommand.Create(),
            ExportCommand.Create(),
            BenchCommand.Create(),
            new VersionOption(),
        };
        var help = new HelpOption();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);   // ! : a help option comes with its action
        root.Options.Add(help);
        return root;
    }

    /// <summary>What to say when the first word is no command; null when that is not what is wrong.</summary>
    public static string? UnknownCommand(ParseResult parsed)
    {
        if (parsed.CommandResult.Parent is not null)
            return null;
        string commands = string.Join(", ", parsed.CommandResult.Command.Subcommands.Select(c => c.Name));
        return parsed.UnmatchedTokens.Count > 0 ? $"There is no command '{parsed.UnmatchedTokens[0]}'. Commands: {commands}." : $"Which command? {commands}.";
    }

    /// <summary>The names of the command that was called, each with a space behind it: "search ".</summary>
    public static IEnumerable<string> PathOf(ParseResult parsed)
    {
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Parent: not null } command; result = result.Parent)
            yield return command.Command.Name + " ";
    }
}
