namespace Hybrid.Catalog.Files;

/// <summary>The bytes that a file holds: unpacked, and text as UTF-8. What kind of file it is its first bytes say, never its name.</summary>
internal sealed class DataSource : IDisposable
{
    /// <summary>How much of the beginning tells what a file is: its container, encoding, and shape.</summary>
    private const int SampleBytes = 1 << 16;

    // .csv.gz in a zip is met; more is an accident or an attack.
    private const int MostLayers = 3;

    private readonly List<Stream> _layers = [];

    private DataSource(string name) => Name = name;

    /// <summary>What errors call it.</summary>
    public string Name { get; }

    /// <summary>Text in UTF-8; of a Parquet file the whole, which can seek.</summary>
    public Stream Content { get; private set; } = Stream.Null;

    public bool IsParquet { get; private set; }

    /// <summary>The beginning of the text, as it is in <see cref="Content"/>.</summary>
    public ReadOnlyMemory<byte> Start { get; private set; }

    /// <summary>The encoding it was in, when that is not UTF-8.</summary>
    public string? Encoding { get; private set; }

    /// <exception cref="DataFileException">It cannot be read, or is something else than text, Parquet, or one of them packed by gzip or zip.</exception>
    public static DataSource Open(Stream stream, string name, string? encoding)
    {
        var source = new DataSource(name);
        try
        {
            source.Unpack(stream, encoding);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        for (int i = _layers.Count - 1; i >= 0; i--)
            _layers[i].Dispose();
    }

    private void Unpack(Stream stream, string? encoding)
    {
        long begin = stream.CanSeek ? stream.Position : 0;
        Stream content = stream;
        for (int layer = 0; layer <= MostLayers; layer++)
        {
            var peeked = new PeekedStream(content, SampleBytes, Name);
            switch (FileSignature.KindOf(peeked.Start.Span, Name))
            {
                case FileKind.Gzip:
                    _layers.Add(content = new GzipStream(peeked));
                    break;
                case FileKind.Zip:
                    _layers.Add(content = ZipMember.Open(Whole("a zip archive"), Name));
                    break;
                case FileKind.Parquet:
                    Content = Whole("a Parquet file");
                    IsParquet = true;
                    return;
                default:
                    Decode(peeked, encoding);
                    return;
            }

            Stream Whole(string what)
            {
                if (layer > 0 || !stream.CanSeek)
                    throw new DataFileException(Name, $"it is {what}{(layer > 0 ? " in another file" : "")}, which is read from a file of its own; "
                        + $"save it as one and give that");
                stream.Position = begin;
                return stream;
            }
        }
        throw new DataFileException(Name, $"it is packed more than {MostLayers} times; unpack it");
    }

    private void Decode(PeekedStream text, string? encoding)
    {
        // What the file itself shows is surer than what it was called.
        System.Text.Encoding found = TextEncodings.Shown(text.Start.Span)
            ?? (encoding is null ? System.Text.Encoding.UTF8 : TextEncodings.Find(encoding));
        if (found.CodePage == System.Text.Encoding.UTF8.CodePage)
        {
            Content = text;
            Start = text.Start;
            return;
        }
        var transcoded = new TranscodedStream(text, found);
        _layers.Add(transcoded);
        var start = new PeekedStream(transcoded, SampleBytes, Name);
        Content = start;
        Start = start.Start;
        Encoding = found.WebName;
    }
}
