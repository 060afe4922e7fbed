using System.IO.Compression;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Fuzz;

/// <summary>CSV and JSONL, of items and of events, plain and in gzip: told apart by their first bytes, so one target sees all of them.</summary>
internal static class DataFileTargets
{
    private static readonly byte[][] ItemFiles = Damage.Text(
        """"
        id,title,text,category,brand,price,in_stock,color,weight
        P1,Blue mug,"Holds 0.3 l, with a ""handle""",kitchen,Acme,12.50,true,blue,0.3
        P2,Red mug,"two
        lines",kitchen,,1e2,5,red,

        P3,耳机 😀,,audio,Sony,,no,,7E3
        """",
        "\uFEFFsku,name,stock,code\r\n\"A 1\",\"a\",yes,00012\r\nA2,b,,12345678901234567890\r\nA3,c,false,1.50\r\n",
        """
        {"id":"P1","title":"Blue mug","price":12.5,"in_stock":true,"attributes":{"color":"blue","sizes":["S","M",null],"n":1e3}}
        {"id":"P2","text":"a \u00e9 \ud83d\ude00 \"b\"","vector":[0.1,0.2],"category":null,"x":false}

        { "id" : "P3" , "title":"c"}
        """,
        """
        [
          {"id": "P1", "title": "Mug", "details": {"Brand": "Acme", "size": {"w": NaN}}, "images": [{"large": "x"}]},
          {"id": "P2", "title": "b", "tags": ["a", null, -Infinity]}},
          {"id": "P3", "title": "c"
        ]
        """,
        "{\n  \"id\": \"P1\",\n  \"title\": \"a\"\n}\n{\n  \"id\": \"P2\"\n}\n",
        "sep=;\r\r\nid;title;price\r\r\nP1;\"5\\\" disk\";1,5\r\r\n",
        "id\ttitle\tlink\tlink\rP1\t5\" disk\ta\rid\ttitle\tlink\tlink\rP2\tb\t\t\t\t\r",
        "id::title::genres\n1::Toy Story (1995)::Animation|Comedy\n");

    private static readonly byte[][] EventFiles = Damage.Text(
        """
        user,item,kind,time,session
        U1,P1,view,2026-01-31T12:00:00Z,
        U1,P2,purchase,1769860800,S1
        U2,P1,,1769860800000,S1
        U2,P3,view,2026-01-31 12:00,S2
        """,
        "user_id,product_id,session_id\nU1,P1,S1\nU1,P2,S1\n",
        """
        {"user":"U1","item":"P1","event":"view","timestamp":1769860800.5}
        {"userid":"U2","item_id":"P2","time":"2026-01-31T12:00:00+01:00"}
        """);

    private static readonly byte[][] Tokens = Damage.Text(
        "\"\"", ",\"", "\",", ",,,,,,,,", "id", "{", "}", "{}", "[", "]", "[[", ":", "\\u", "\\ud83d", "\\ude00", "\\u0000",
        "{\"id\":", "\"attributes\":{", "\"id\":\"P1\",", "true", "false", "20240131", "20240131120000",
        "2026-13-45", "9999-12-31T23:59:59Z", "0001-01-01", "1e308", "-1e308", "1e11", "\u001b[31m");

    // With its mark, without one, and one that no file says itself.
    private static readonly System.Text.Encoding[] Encodings =
        [System.Text.Encoding.Unicode, new System.Text.UnicodeEncoding(bigEndian: true, byteOrderMark: false), System.Text.Encoding.Latin1];

    public static IEnumerable<FuzzTarget> All()
    {
        yield return new FuzzTarget("items", ItemFiles, ReadItems) { Tokens = Tokens };
        yield return new FuzzTarget("events", EventFiles, ReadEvents) { Tokens = Tokens };
        byte[][] encoded = [.. ItemFiles.SelectMany(file => Encodings.Select(encoding => Encoded(file, encoding)))];
        yield return new FuzzTarget("encodings", encoded, ReadItems) { Tokens = [[0xFF, 0xFE], [0xFE, 0xFF], [0], [0, 0xD8], [0xDC, 0], [0x81]] };
        yield return new FuzzTarget("zip", [.. ItemFiles.Select(Zipped)], ReadItems) { AllocatedPerByte = 1_032 * 8_000 };
        byte[][] packed = [.. ItemFiles.Select(Packed), [.. Packed(ItemFiles[0]), .. Packed(ItemFiles[1])], Packed(new byte[1 << 15])];
        // A byte of deflate can hold a thousand.
        yield return new FuzzTarget("gzip", packed, ReadItems) { AllocatedPerByte = 1_032 * 8_000 };
    }

    private static void ReadItems(byte[] input) => ReadRows(options =>
    {
        foreach (Item item in ItemFile.Read(new MemoryStream(input), "fuzz", options))
        {
            Assert.NotEqual(default, item.Id);
            Assert.True(item.Price is null || double.IsFinite(item.Price.Value));
            Assert.True(item.Title.Length + item.Text.Length > 0);
        }
    });

    private static void ReadEvents(byte[] input) => ReadRows(options =>
    {
        foreach (Event happened in EventFile.Read(new MemoryStream(input), "fuzz", options))
            Assert.True(happened.User != default && happened.Item != default && (happened.Time ?? default).Offset == default);
    });

    private static void ReadRows(Action<FileReadOptions> read)
    {
        try
        {
            read(new FileReadOptions
            {
                OnRejected = row =>
                {
                    Assert.True(row.Line > 0 && row.Column > 0 && row.Reason.Length > 0, row.ToString());
                    Assert.InRange(row.ToString().Length, 1, 1_000);
                },
            });
        }
        catch (DataFileException refusal)
        {
            Assert.StartsWith("fuzz", refusal.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Encoded(byte[] file, System.Text.Encoding encoding) =>
        [.. encoding.GetPreamble(), .. System.Text.Encoding.Convert(System.Text.Encoding.UTF8, encoding, file)];

    private static byte[] Zipped(byte[] content)
    {
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = zip.CreateEntry("items.csv").Open();
            entry.Write(content);
        }
        return packed.ToArray();
    }

    private static byte[] Packed(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(content);
        return packed.ToArray();
    }
}
