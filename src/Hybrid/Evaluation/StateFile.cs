using System.Text.Json;

namespace Hybrid.Evaluation;

/// <summary>What a long work has done so far, a JSON line each, so that what is killed goes on where it was.</summary>
/// <remarks>The first line says of what it is; that of something else is begun anew. A last line that was cut short is dropped.</remarks>
internal sealed class StateFile : IDisposable
{
    private readonly FileStream _file;

    private StateFile(FileStream file, IReadOnlyList<string> lines, bool wasOfAnother)
    {
        _file = file;
        Lines = lines;
        WasOfAnother = wasOfAnother;
    }

    private sealed record Header(string Of);

    /// <summary>What was there when it was opened, without the first line.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>Whether the file was of something else, which is gone.</summary>
    public bool WasOfAnother { get; }

    /// <summary>Opens a file, made where there is none.</summary>
    /// <param name="of">What the work is of: a hash of all that its results depend on.</param>
    /// <exception cref="IOException">It cannot be written, or another run has it.</exception>
    public static StateFile Open(string path, string of)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            using var reader = new StreamReader(file, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            string text = reader.ReadToEnd();
            string whole = text[..(text.LastIndexOf('\n') + 1)], header = JsonSerializer.Serialize(new Header(of));
            string[] lines = whole.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            bool isSame = lines.FirstOrDefault() == header;
            file.SetLength(isSame ? System.Text.Encoding.UTF8.GetByteCount(whole) : 0);
            file.Position = file.Length;
            var state = new StateFile(file, isSame ? lines[1..] : [], wasOfAnother: !isSame && lines.Length > 0);
            if (!isSame)
                state.Add(header);
            return state;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds a line; it is in the file when this returns.</summary>
    public void Add(string line)
    {
        _file.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>What a line says, or null where it was damaged: then its work is done again.</summary>
    public static T? Parse<T>(string line, JsonSerializerOptions options)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
