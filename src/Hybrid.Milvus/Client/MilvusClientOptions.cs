namespace Hybrid.Milvus.Client;

/// <summary>Where a Milvus server is, who asks, and how long and how much may be asked.</summary>
public sealed record MilvusClientOptions
{
    /// <summary>The server, "http://127.0.0.1:19530"; with https the connection is encrypted.</summary>
    public required Uri Endpoint
    {
        get;
        init => field = value is { IsAbsoluteUri: true, Scheme: "http" or "https" } ? value
            : throw new ArgumentException($"'{value}' is not the address of a server: give http://host:port or https://host:port.", nameof(Endpoint));
    }

    /// <summary>The database; null: the server's default.</summary>
    public string? Database { get; init; }

    /// <summary>With <see cref="Password"/>, in place of <see cref="Token"/>.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>An API key, in place of a user and a password.</summary>
    public string? Token { get; init; }

    /// <summary>A PEM file with the authorities that may have signed the server's certificate; null: those that the machine trusts.</summary>
    public string? AuthoritiesFile { get; init; }

    /// <summary>A PEM file with the certificate that this client shows (mutual TLS), with <see cref="ClientKeyFile"/>.</summary>
    public string? ClientCertificateFile { get; init; }

    public string? ClientKeyFile { get; init; }

    /// <summary>The name in the server's certificate, where that is not the host of <see cref="Endpoint"/>.</summary>
    public string? ServerName { get; init; }

    /// <summary>How long one call may take, its repetitions among it.</summary>
    /// <value>More than 0, at most a day; default 30 s.</value>
    public TimeSpan Timeout
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromDays(1) ? value
            : throw new ArgumentOutOfRangeException(nameof(Timeout), value, "A timeout is more than 0 and at most a day.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>How long a load, a flush or the build of an index may take.</summary>
    /// <value>More than 0, at most 10 days; default an hour.</value>
    public TimeSpan LongTimeout
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromDays(10) ? value
            : throw new ArgumentOutOfRangeException(nameof(LongTimeout), value, "A timeout of long work is more than 0 and at most 10 days.");
    } = TimeSpan.FromHours(1);

    /// <summary>The largest message sent or taken. A larger write is cut into several.</summary>
    /// <value>64 KiB … 1 GiB; default 64 MiB, which is what a server takes unless told otherwise.</value>
    public int MaxMessageBytes
    {
        get;
        init => field = value is >= 1 << 16 and <= 1 << 30 ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxMessageBytes), value, "A message has 64 KiB to 1 GiB.");
    } = 64 << 20;

    /// <summary>How many parts of a large write are under way at once.</summary>
    /// <value>1 … 64; default 2: one is encoded while the server stores the other.</value>
    public int WriteParallelism
    {
        get;
        init => field = value is >= 1 and <= 64 ? value
            : throw new ArgumentOutOfRangeException(nameof(WriteParallelism), value, "1 to 64 parts of a write are under way at once.");
    } = 2;

    /// <summary>Without its secrets, so that it can be logged.</summary>
    public override string ToString() => Database is null ? Endpoint.Authority : $"{Endpoint.Authority}/{Database}";
}
