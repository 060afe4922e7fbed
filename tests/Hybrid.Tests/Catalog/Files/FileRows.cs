using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog.Files;

/// <summary>What a file of items gives: its items, its bad rows, its notes.</summary>
internal sealed record FileRows(List<Item> Items, List<RejectedRow> Rejected, List<string> Notes)
{
    /// <summary>Each item as "id title".</summary>
    public IEnumerable<string> Names => Items.Select(item => $"{item.Id} {item.Title}");

    public static FileRows Read(string text, FileReadOptions? options = null) => Read(System.Text.Encoding.UTF8.GetBytes(text), options);

    public static FileRows Read(byte[] bytes, FileReadOptions? options = null)
    {
        using var stream = new MemoryStream(bytes);
        return Read(stream, options);
    }

    public static FileRows Read(Stream stream, FileReadOptions? options = null)
    {
        var rows = new FileRows([], [], []);
        options = (options ?? new FileReadOptions()) with { OnRejected = rows.Rejected.Add, OnNote = rows.Notes.Add };
        rows.Items.AddRange(ItemFile.Read(stream, "items", options, TestContext.Current.CancellationToken));
        return rows;
    }

    /// <summary>Why a file is refused.</summary>
    public static string Refusal(byte[] bytes, FileReadOptions? options = null) => Assert.Throws<DataFileException>(() => Read(bytes, options)).Message;

    public static string Refusal(string text, FileReadOptions? options = null) => Refusal(System.Text.Encoding.UTF8.GetBytes(text), options);
}
