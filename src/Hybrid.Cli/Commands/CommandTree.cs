using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Hybrid.Cli.Commands;

internal static class CommandTree
{
    /// <summary>What the words of a command line mean. No word is ever the name of a file to take more words from, "@words.txt": a program that passes a
    /// shopper's text on would let the shopper read files.</summary>
    public static ParseResult Parse(string[] args)
    {
        Command root = Build();
        return root.Parse(ValuesJoined(root, args), new ParserConfiguration { ResponseFileTokenReplacer = null });
    }

    private static Command Build()
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
            TuneIndexCommand.Create(),
            TrainCommand.Create(),
            FinetuneCommand.Create(),
            BridgeCommand.Create(),
            TuneCommand.Create(),
            EvalCommand.Create(),
            SearchCommand.Create(),
            SimilarCommand.Create(),
            RecommendCommand.Create(),
            EmbedCommand.Create(),
            VectorsCommand.Create(),
            AlignCommand.Create(),
            ModelCommand.Create(),
            StatusCommand.Create(),
            ServeCommand.Create(),
            HealthCommand.Create(),
            TailCommand.Create(),
            KeyCommand.Create(),
            CopyCommand.Create(),
            MigrateCommand.Create(),
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

    /// <summary>What to say when a text of several words was given without quotes; null when that is not what is wrong.</summary>
    public static string? UnquotedText(ParseResult parsed)
    {
        IReadOnlyList<Token> text = parsed.CommandResult.Command.Arguments is [{ Name: "text" } argument]
            ? parsed.GetResult(argument)?.Tokens ?? []
            : parsed.GetResult("--text")?.Tokens ?? [];
        if (text.Count == 0 || parsed.UnmatchedTokens.Count == 0 || parsed.UnmatchedTokens.Any(word => word.StartsWith('-')))
            return null;
        return $"The text is '{text[0].Value}' only, and {string.Join(' ', parsed.UnmatchedTokens)} is left over: put the text in quotes: "
            + $"\"{string.Join(' ', [text[0].Value, .. parsed.UnmatchedTokens])}\".";
    }

    /// <summary>The words, with a value that begins with '-' joined to its option: `--text "-dress"` is not `-d ress`.</summary>
    private static List<string> ValuesJoined(Command root, string[] args)
    {
        Command command = root.Subcommands.FirstOrDefault(c => c.Name == args.FirstOrDefault()) ?? root;
        Dictionary<string, Option> options = new(StringComparer.Ordinal);
        foreach (Option option in command.Options.Concat(root.Options))
        {
            foreach (string name in option.Aliases.Prepend(option.Name))
                options.TryAdd(name, option);
        }
        List<string> words = [.. args];
        for (int i = 0; i + 1 < words.Count && words[i] != "--"; i++)
        {
            bool takesValue = options.TryGetValue(words[i], out Option? option) && option.Arity.MinimumNumberOfValues > 0;
            if (!takesValue || words[i + 1] is not ['-', _, ..] || words[i + 1] == "--" || options.ContainsKey(words[i + 1].Split('=', ':')[0]))
                continue;
            words[i] += "=" + words[i + 1];
            words.RemoveAt(i + 1);
        }
        return words;
    }

    /// <summary>The names of the command that was called, each with a space behind it: "search ".</summary>
    public static IEnumerable<string> PathOf(ParseResult parsed)
    {
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Parent: not null } command; result = result.Parent)
            yield return command.Command.Name + " ";
    }
}
