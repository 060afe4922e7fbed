using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Hybrid.Api.Answers;

namespace Hybrid.Api.Keys;

/// <summary>The keys of a data folder: created, revoked, and recognized. A change by another process counts within a second.</summary>
/// <remarks>Threads: every member may be called concurrently. One process at a time should create and revoke.</remarks>
internal sealed class ApiKeyFile(string folder, TimeProvider clock)
{
    public const string Name = "keys.json";

    private const string Prefix = "hyb_";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private IReadOnlyList<ApiKey> _keys = [];
    private long _lookedAt;
    private (DateTime, long)? _version;

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), Name);

    /// <summary>Whether a request needs a key: from the first that was created on, even when all have been revoked.</summary>
    public bool IsUsed
    {
        get
        {
            lock (_lock)
                return Read().Count > 0 || _version is not null;
        }
    }

    public IReadOnlyList<ApiKey> List() => Load();

    /// <summary>Makes a key.</summary>
    /// <returns>The key as it is sent, which is kept nowhere, and what is kept of it.</returns>
    public (string Key, ApiKey Kept) Create(string name, ApiRole role, int? rate)
    {
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        string key = $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        var kept = new ApiKey(id, name, role, clock.GetUtcNow(), Convert.ToBase64String(Hash(key)), rate);
        Write([.. Load(), kept]);
        return (key, kept);
    }

    /// <summary>Takes a key away.</summary>
    /// <returns>False where there is none of this id.</returns>
    public bool Revoke(string id)
    {
        ApiKey[] before = Load();
        ApiKey[] left = [.. before.Where(key => key.Id != id)];
        if (left.Length == before.Length)
            return false;
        // An empty list and no list are not the same: whoever has revoked the last key does not mean that none is needed any more.
        Write(left);
        return true;
    }

    /// <summary>What is kept of a key that is sent; null where there is none. How long it takes does not depend on how much of it is right.</summary>
    public ApiKey? Find(string sent)
    {
        byte[] hash = Hash(sent);
        ApiKey? found = null;
        foreach (ApiKey key in Read())
        {
            if (CryptographicOperations.FixedTimeEquals(hash, Convert.FromBase64String(key.Hash)))
                found = key;
        }
        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key));

    private IReadOnlyList<ApiKey> Read()
    {
        lock (_lock)
        {
            if (_lookedAt != 0 && clock.GetElapsedTime(_lookedAt) < Interval)
                return _keys;
            var file = new FileInfo(Path);
            (DateTime, long)? version = file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
            if (version != _version)
                (_keys, _version) = (Load(), version);
            _lookedAt = clock.GetTimestamp();
            return _keys;
        }
    }

    private ApiKey[] Load()
    {
        try
        {
            return File.Exists(Path) ? JsonSerializer.Deserialize<ApiKey[]>(File.ReadAllBytes(Path), Json.Options) ?? [] : [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{Path} cannot be read ({e.Message}). Put a copy of it back, or create the keys anew: `hybrid key create`.", e);
        }
    }

    private void Write(IReadOnlyList<ApiKey> keys)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);   // ! : it is a file in a folder
        string written = Path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(written, options))
        {
            JsonSerializer.Serialize(file, keys, Json.Options);
            file.Flush(flushToDisk: true);
        }
        File.Move(written, Path, overwrite: true);
        lock (_lock)
            _lookedAt = 0;
    }
}
