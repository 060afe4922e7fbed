using System.CommandLine;
using System.Globalization;
using Hybrid.Behavior.Words;
using Hybrid.Cli.Output;
using Hybrid.Cli.Queries;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class VectorsCommand
{
    private sealed record TermReport(string Key, double Weight);

    private sealed record Ranked(int Rank, string Key, float Score);

    private sealed record SimilarReport(IReadOnlyList<TermReport> Query, IReadOnlyList<Ranked> Results);

    private sealed record AnalogyAnswer(string A, string B, string C, IReadOnlyList<Ranked> Results);

    private sealed record SimilarityReport(string A, string B, float Score);

    private sealed record OddReport(string Key, float Score);

    private sealed record EvaluationReport(IReadOnlyList<AnalogyScore> Sections, AnalogyScore Total);

    private sealed record ConvertReport(string File, string Format, int Keys, int Dimension);

    private static readonly (string Name, WordVectorFormat Format)[] Formats =
        [("text", WordVectorFormat.Word2VecText), ("binary", WordVectorFormat.Word2VecBinary), ("glove", WordVectorFormat.GloVe)];

    public static Command Create() => new ExampleCommand("vectors",
        "Word vectors, or a shop's behaviour vectors: neighbours, analogies, the odd one out, evaluation, conversion.",
        "vectors most-similar king - man + woman --vectors glove.6B.50d.txt.gz",
        "vectors most-similar P100 - P203 --data hybrid-data",
        "vectors analogy man king woman --vectors vectors.bin",
        "vectors evaluate --vectors glove.6B.50d.txt.gz --questions questions-words.txt",
        "vectors convert vectors.bin --as binary --data hybrid-data")
    {
        MostSimilar(), Analogy(), Similarity(), DoesntMatch(), Evaluate(), Convert(),
    };

    private static ExampleCommand MostSimilar()
    {
        Argument<string[]> words = Words("A sum: the first key, then + or - before each further one (none is +); key*2 counts twice, key*0.5 half.", 1);
        Option<int> count = Count();
        Option<int?> first = First("Look only at the first so many keys, which are the most frequent ones. Default: all.");
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("most-similar", "The keys whose vectors point most nearly where a sum of vectors points.",
            "vectors most-similar coffee --vectors vectors.txt -k 5",
            "vectors most-similar king - man + woman --vectors glove.6B.50d.txt.gz",
            "vectors most-similar P100 'P305*0.5' - P203 --json")
        { words, count, first, json };
        VectorSourceOptions.AddTo(command, (source, parsed, cancellationToken) => InWordsOfTheCommand(() =>
        {
            IReadOnlyList<VectorTerm> sum = KeySum.Parse(parsed.GetValue(words)!, source.Contains);   // ! : it is required
            VectorTerm[] negative = [.. sum.Where(term => term.Weight < 0).Select(term => new VectorTerm(term.Key!, -term.Weight))];   // ! : all are keys
            IReadOnlyList<SimilarKey> found = source.MostSimilar([.. sum.Where(term => term.Weight >= 0)], negative, parsed.GetValue(count),
                parsed.GetValue(first));
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new SimilarReport([.. sum.Select(term => new TermReport(term.Key!, term.Weight))], Rank(found)));   // ! : likewise
            else
                Write(found);
        }));
        return command;
    }

    private static ExampleCommand Analogy()
    {
        Argument<string[]> words = Words("Three keys: what is to the third as the second is to the first?", 3, 3);
        Option<int> count = Count();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("analogy", "What is to C as B is to A: the nearest to B - A + C.",
            "vectors analogy man king woman --vectors glove.6B.50d.txt.gz",
            "vectors analogy P100 P203 P305 --json")
        { words, count, json };
        VectorSourceOptions.AddTo(command, (source, parsed, cancellationToken) => InWordsOfTheCommand(() =>
        {
            string[] given = parsed.GetValue(words)!;   // ! : it is required
            IReadOnlyList<SimilarKey> found = source.Analogy(given[0], given[1], given[2], parsed.GetValue(count));
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new AnalogyAnswer(given[0], given[1], given[2], Rank(found)));
            else
                Write(found);
        }));
        return command;
    }

    private static ExampleCommand Similarity()
    {
        Argument<string[]> words = Words("Two keys.", 2, 2);
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("similarity", "The cosine of two keys' vectors.",
            "vectors similarity coffee tea --vectors glove.6B.50d.txt.gz")
        { words, json };
        VectorSourceOptions.AddTo(command, (source, parsed, cancellationToken) =>
        {
            string[] given = parsed.GetValue(words)!;   // ! : it is required
            float score = source.Similarity(given[0], given[1]);
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new SimilarityReport(given[0], given[1], score));
            else
                Console.Out.WriteLine(Score(score));
        });
        return command;
    }

    private static ExampleCommand DoesntMatch()
    {
        Argument<string[]> words = Words("Two keys or more.", 2);
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("doesnt-match", "The key that is least like the others.",
            "vectors doesnt-match breakfast lunch dinner car --vectors glove.6B.50d.txt.gz")
        { words, json };
        VectorSourceOptions.AddTo(command, (source, parsed, cancellationToken) => InWordsOfTheCommand(() =>
        {
            SimilarKey odd = source.DoesntMatch(parsed.GetValue(words)!);   // ! : it is required
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new OddReport(odd.Key, odd.Score));
            else
                Console.Out.WriteLine(odd.Key);
        }));
        return command;
    }

    private static ExampleCommand Evaluate()
    {
        var questions = new Option<string>("--questions")
        {
            Description = "Analogy questions as in Google's questions-words.txt: \": section\", then lines \"a b c d\".",
            HelpName = "file",
            Required = true,
        };
        questions.Validators.Add(OptionValue.RequireName);
        Option<int?> first = First($"Know only the first so many keys. Default: {new AnalogyOptions().First:N0}.");
        var caseSensitive = new Option<bool>("--case-sensitive") { Description = "Take Athens and athens for two words." };
        var countUnknown = new Option<bool>("--count-unknown")
        {
            Description = "Count questions with an unknown word as answered wrongly; by default they are left out.",
        };
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("evaluate", "How many analogy questions the vectors answer rightly, by section.",
            "vectors evaluate --vectors glove.6B.50d.txt.gz --questions questions-words.txt",
            "vectors evaluate --vectors vectors.bin --questions questions-words.txt --first 30000 --json")
        { questions, first, caseSensitive, countUnknown, json };
        VectorSourceOptions.AddTo(command, (source, parsed, cancellationToken) =>
        {
            IReadOnlyList<AnalogySection> sections = AnalogySection.Read(parsed.GetValue(questions)!, cancellationToken);   // ! : it is required
            var options = new AnalogyOptions { IgnoreCase = !parsed.GetValue(caseSensitive), CountUnknown = parsed.GetValue(countUnknown) };
            if (parsed.GetValue(first) is { } most)
                options = options with { First = most };
            AnalogyReport report = source.Evaluate(sections, options, cancellationToken: cancellationToken);
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new EvaluationReport(report.Sections, report.Total));
            else
                Write(report);
        });
        return command;
    }

    private static ExampleCommand Convert()
    {
        var file = new Argument<string>("file") { Description = "What to write; packed by gzip if its name ends in .gz." };
        var format = new Option<string>("--as")
        {
            Description = "text (word2vec, a first line with the numbers of rows and floats), binary (word2vec) or glove (text without the first line).",
            HelpName = "format",
            DefaultValueFactory = _ => "text",
            CustomParser = result => OptionValue.Word(result, [.. Formats.Select(one => one.Name)]),
        };
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("convert", "Write vectors as a file that gensim, word2vec, GloVe and fastText's readers understand.",
            "vectors convert vectors.bin --as binary --vectors glove.6B.50d.txt.gz",
            "vectors convert shop.txt.gz --data hybrid-data")
        { file, format, json };
        VectorSourceOptions.AddTo(command, (source, parsed, cancellationToken) => InWordsOfTheCommand(() =>
        {
            string path = parsed.GetValue(file)!;   // ! : it is required
            (string name, WordVectorFormat target) = Formats.First(one => one.Name == parsed.GetValue(format));
            source.Save(path, target, cancellationToken);
            Terminal.Note($"{path}: {source.Keys.Count:N0} keys, {source.Dimension} floats each.");
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new ConvertReport(path, name, source.Keys.Count, source.Dimension));
        }));
        return command;
    }

    private static Argument<string[]> Words(string description, int least, int most = 1_000) =>
        new("keys") { Description = description, Arity = new ArgumentArity(least, most) };

    private static Option<int> Count() => new("--count", "-k")
    {
        Description = "How many.",
        HelpName = "n",
        DefaultValueFactory = _ => 10,
        CustomParser = result => OptionValue.Whole(result, 1),
    };

    private static Option<int?> First(string description) => new("--first")
    {
        Description = description,
        HelpName = "n",
        CustomParser = result => OptionValue.Whole(result, 1),
    };

    /// <summary>What the library refuses of the words was typed.</summary>
    private static void InWordsOfTheCommand(Action work)
    {
        try
        {
            work();
        }
        catch (ArgumentException refused)
        {
            throw new UsageException(Failures.ReasonOf(refused));
        }
    }

    private static Ranked[] Rank(IReadOnlyList<SimilarKey> found) => [.. found.Select((one, i) => new Ranked(i + 1, one.Key, one.Score))];

    private static void Write(IReadOnlyList<SimilarKey> found)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("#", "score", "key");
        table.Columns[0].RightAligned();
        for (int i = 0; i < found.Count; i++)
            table.AddRow((i + 1).ToString(CultureInfo.InvariantCulture), Score(found[i].Score), ResultTable.Cell(found[i].Key));
        ResultTable.Write(table);
    }

    private static void Write(AnalogyReport report)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("section", "right", "asked", "accuracy", "unknown");
        foreach (int column in Enumerable.Range(1, 4))
            table.Columns[column].RightAligned();
        foreach (AnalogyScore section in report.Sections.Append(report.Total))
        {
            string accuracy = section.Accuracy is { } share ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %") : "";
            table.AddRow(ResultTable.Cell(section.Section), Number(section.Correct), Number(section.Correct + section.Incorrect), accuracy,
                Number(section.Unknown));
        }
        ResultTable.Write(table);
    }

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Score(float score) => score.ToString("F4", CultureInfo.InvariantCulture);
}
