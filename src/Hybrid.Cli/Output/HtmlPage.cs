using System.Globalization;
using System.Net;
using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Cli.Output;

/// <summary>One page of HTML that needs nothing beside it and can be printed: a heading, paragraphs, and sections with a table or a plot.</summary>
internal sealed class HtmlPage
{
    private readonly StringBuilder _page = new();

    /// <param name="paragraphs">What stands under the heading.</param>
    public HtmlPage(string title, params ReadOnlySpan<string> paragraphs)
    {
        _page.Append(CultureInfo.InvariantCulture, $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{Text(title)}}</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; color: #111; background: #fff; max-width: 860px; margin: 2em auto; padding: 0 1em; }
            h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin: 2em 0 .3em; }
            table { border-collapse: collapse; font-size: 12px; }
            th, td { padding: .25em .6em; border-bottom: 1px solid #ccc; text-align: right; white-space: nowrap; }
            th:first-child, td:first-child { text-align: left; } .wide { overflow-x: auto; }
            .texts th, .texts td { text-align: left; white-space: normal; vertical-align: top; }
            figure { margin: 0; } svg { max-width: 100%; height: auto; } p { max-width: 46em; }
            @media print {
            body { max-width: none; margin: 0; font-size: 11pt; } section { break-inside: avoid; }
            .wide { overflow: visible; } table { font-size: 7.5pt; }
            }
            </style>
            </head>
            <body>
            <h1>{{Text(title)}}</h1>

            """);
        foreach (string paragraph in paragraphs)
            _page.Append(CultureInfo.InvariantCulture, $"<p>{Text(paragraph)}</p>\n");
        _page.Append('\n');
    }

    /// <param name="content">HTML: of <see cref="Table"/>, or a plot.</param>
    public void Section(string title, string explanation, string content) => _page.Append(CultureInfo.InvariantCulture,
        $"<section>\n<h2>{Text(title)}</h2>\n<p>{Text(explanation)}</p>\n<figure class=\"wide\">\n{content}\n</figure>\n</section>\n");

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path) => File.WriteAllText(path, $"{_page}</body>\n</html>\n");

    /// <summary>A table whose first row is its head.</summary>
    /// <param name="isOfTexts">Whether its cells are sentences, and no numbers.</param>
    public static string Table(IEnumerable<string[]> rows, bool isOfTexts = false)
    {
        string[][] all = [.. rows];
        string head = string.Concat(all[0].Select(cell => $"<th>{Text(cell)}</th>"));
        return $"<table{(isOfTexts ? " class=\"texts\"" : "")}>\n<tr>{head}</tr>\n"
            + string.Concat(all.Skip(1).Select(row => $"<tr>{string.Concat(row.Select(cell => $"<td>{Text(cell)}</td>"))}</tr>\n")) + "</table>";
    }

    private static string Text(string text) => WebUtility.HtmlEncode(PlainText.Of(text));
}
