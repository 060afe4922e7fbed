using System.Globalization;
using System.Security.Cryptography;

namespace Hybrid.Encoding;

/// <summary>Reads the files of a model folder.</summary>
internal static class ModelFiles
{
    /// <exception cref="ModelException">The file is missing, or cannot be read.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelException(path, "the model file is missing. Copy the model folder again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(path, $"the model file cannot be read: {e.Message}", e);
        }
    }

    /// <param name="manifest">Its hashes are those that count.</param>
    /// <exception cref="ModelException">The file is missing, cannot be read, or is another one.</exception>
    public static byte[] ReadChecked(string path, string expected, ModelManifest manifest)
    {
        byte[] content = Read(path);
        string hash = Convert.ToHexStringLower(SHA256.HashData(content));
        if (hash == expected)
            return content;
        throw new ModelException(path, manifest.SelfTest is null
            ? "it was replaced while the model was loaded. Load the model again."
            : string.Create(CultureInfo.InvariantCulture, $"its SHA-256 is {hash}, {ModelManifest.FileName} says {expected}: "
                + $"the file ({content.Length:N0} bytes) is truncated, changed, or of another model. Copy the model folder again."));
    }
}
