using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hybrid.Encoding;

public sealed partial record ModelManifest
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the manifest into its model's folder.</summary>
    /// <exception cref="ModelException">The folder cannot be written.</exception>
    internal void Save(string modelFolder)
    {
        string path = Path.Combine(modelFolder, FileName), part = $"{path}.part";
        try
        {
            using (FileStream file = File.Create(part))
            using (Utf8JsonWriter json = new(file, Readable))
                Write(json);
            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(path, $"the manifest cannot be written: {e.Message} Copy the model to a folder that can be written.", e);
        }
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteString("license", License);
        json.WriteString("source", Source);
        WriteTexts("languages", Languages);
        json.WriteNumber("max_tokens", MaxTokens);
        json.WriteStartObject("tokenizer");
        json.WriteString("type", Tokenizer.Type);
        json.WriteString("file", Tokenizer.File);
        json.WriteBoolean("lowercase", Tokenizer.LowerCase);
        json.WriteBoolean("strip_accents", Tokenizer.StripAccents);
        json.WriteEndObject();
        json.WriteString("query_prefix", QueryPrefix);
        json.WriteString("passage_prefix", PassagePrefix);
        json.WriteString("precision", Precision);
        json.WriteString("network", Network);
        WriteTexts("inputs", Inputs);
        json.WriteString("output", Output);
        json.WriteNumber("dimension", Dimension);
        json.WriteString("pooling", Pooling);
        json.WriteBoolean("normalized", Normalized);
        if (SelfTest is { } test)
        {
            json.WriteStartObject("self_test");
            json.WriteString("text", test.Text);
            json.WriteNumber("min_cosine", test.MinCosine);
            json.WriteStartArray("embedding");
            foreach (float number in test.Embedding)
                json.WriteNumberValue(Math.Round((decimal)number, 5));
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteStartObject("sha256");
        foreach ((string file, string hash) in Sha256.OrderBy(f => f.Key, StringComparer.Ordinal))
            json.WriteString(file, hash);
        json.WriteEndObject();
        json.WriteEndObject();

        void WriteTexts(string field, IEnumerable<string> texts)
        {
            json.WriteStartArray(field);
            foreach (string text in texts)
                json.WriteStringValue(text);
            json.WriteEndArray();
        }
    }
}
