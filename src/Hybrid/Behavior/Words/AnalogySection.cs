using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Behavior.Words;

/// <summary>Questions of one kind, as Google's questions-words.txt has them.</summary>
/// <param name="Name">"capital-common-countries".</param>
public sealed record AnalogySection(string Name, IReadOnlyList<AnalogyQuestion> Questions)
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>Reads a file: ": name" begins a section, a line "a b c d" is a question; also one packed by gzip.</summary>
    /// <exception cref="DataFileException">It cannot be read, has no questions, or a line is neither; with file, line and what was expected.</exception>
    public static IReadOnlyList<AnalogySection> Read(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = DataFiles.Open(path);
        using var source = DataSource.Open(file, path, encoding: null);
        if (source.IsParquet)
            throw new DataFileException(path, "it is a Parquet file; lines \": section\" and \"a b c d\" are expected");
        var sections = new List<AnalogySection>();
        foreach (DataLine line in new LineReader(source.Content, path, cancellationToken).ReadAll())
        {
            if (line.Fault is not null)
                throw new DataFileException(path, line.Fault, line.Number, line.FaultColumn);
            if (string.IsNullOrWhiteSpace(line.Text))
                continue;
            if (line.Text.StartsWith(':'))
            {
                sections.Add(new AnalogySection(line.Text[1..].Trim(), new List<AnalogyQuestion>()));
                continue;
            }
            string[] words = line.Text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 4)
                throw new DataFileException(path, $"the line has {words.Length} words; \"a b c d\" or \": section\" is expected", line.Number);
            if (sections.Count == 0)
                throw new DataFileException(path, "a question stands before the first section; a line \": section\" is expected before it", line.Number);
            ((List<AnalogyQuestion>)sections[^1].Questions).Add(new AnalogyQuestion(words[0], words[1], words[2], words[3]));
        }
        return sections.Exists(section => section.Questions.Count > 0) ? sections
            : throw new DataFileException(path, "it has no questions; lines \": section\" and \"a b c d\" are expected");
    }
}
