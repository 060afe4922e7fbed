using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Milvus.Client;

namespace Hybrid.Milvus;

/// <summary>The parts of a setting "milvus://user:password@host:port/database?option=value".</summary>
/// <remarks>Read by hand: what <see cref="Uri"/> says of a malformed one quotes it, and with it the password. A part that may be a piece of one is never
/// quoted here either.</remarks>
internal sealed class StoreUri
{
    private const string Scheme = "milvus://", Form = "milvus://[user[:password]@]host[:port][/database][?option=value&…]";
    private const string Reserved = ": / ? # @ %";
    private const int DefaultPort = 19530, MaxDatabaseLength = 255;

    private static readonly string[] Known =
    [
        "ca", "cert", "consistency", "db", "key", "long-timeout", "password-file", "replicas", "server-name", "shards", "timeout", "tls", "token-file",
    ];

    private static readonly string[] OfTls = ["ca", "cert", "key", "server-name"];

    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);
    private string? _user, _password, _database;
    private string _host = "";
    private int _port = DefaultPort;

    private StoreUri()
    {
    }

    /// <exception cref="FormatException">It is malformed.</exception>
    public static StoreUri Parse(string text)
    {
        if (text.StartsWith("milvuss://", StringComparison.OrdinalIgnoreCase))
            throw new FormatException($"A store over TLS is written {Scheme}host?tls=true, not milvuss://.");
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw new FormatException($"A store on a server is written {Form}, and what was given does not begin with {Scheme}.");
        string rest = text[Scheme.Length..];
        var uri = new StoreUri();
        if (rest.Contains('#', StringComparison.Ordinal))
            throw new FormatException($"The store's setting has a '#', which none has: write it %23 in a user or a password ({Form}).");
        int query = rest.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0 && rest.IndexOf('@', query) > 0)
        {
            throw new FormatException("The store's setting has an '@' behind its '?': write %3F for a '?' in a user or a password, and %40 for an '@' in an "
                + "option's value.");
        }
        if (query >= 0)
            uri.ReadOptions(rest[(query + 1)..]);
        string place = query >= 0 ? rest[..query] : rest;
        int slash = place.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && place.IndexOf('@', slash) > 0)
            throw new FormatException($"The user or the password of the store's setting has a '/': write it %2F (and the others of {Reserved} likewise).");
        uri.ReadAuthority(slash >= 0 ? place[..slash] : place);
        if (slash >= 0 && place.Length > slash + 1)
            uri._database = Decoded(place[(slash + 1)..].TrimEnd('/'), "database");
        uri.ReadDatabase();
        return uri;
    }

    public MilvusStoreOptions ToOptions(Func<string, string?> environment)
    {
        bool tls = Flag("tls");
        if (!tls && OfTls.FirstOrDefault(_options.ContainsKey) is { } only)
            throw new FormatException($"{only} of the store's setting is for TLS: add tls=true.");
        if (_options.ContainsKey("cert") != _options.ContainsKey("key"))
            throw new FormatException("The store's setting has one of cert and key: a client certificate needs both files.");
        try
        {
            var client = new MilvusClientOptions
            {
                Endpoint = new UriBuilder(tls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, _host, _port).Uri,
                Database = _database,
                User = _user,
                Password = _user is null ? null : Password(environment),
                Token = Token(environment),
                AuthoritiesFile = File("ca"),
                ClientCertificateFile = File("cert"),
                ClientKeyFile = File("key"),
                ServerName = _options.GetValueOrDefault("server-name"),
            };
            client = Time("timeout") is { } timeout ? client with { Timeout = timeout } : client;
            client = Time("long-timeout") is { } longTimeout ? client with { LongTimeout = longTimeout } : client;
            var options = new MilvusStoreOptions { Client = client };
            options = Whole("shards") is { } shards ? options with { Shards = shards } : options;
            options = Whole("replicas") is { } replicas ? options with { Replicas = replicas } : options;
            return Level() is { } level ? options with { Consistency = level } : options;
        }
        catch (ArgumentException refused)
        {
            // The ranges are the options'. Without the parameter's name, which .NET appends.
            throw new FormatException($"The store's setting is out of range: {refused.Message.Split(" (Parameter", 2)[0]}", refused);
        }
    }

    private void ReadAuthority(string authority)
    {
        int at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            string[] who = authority[..at].Split(':', 2);
            if (who[0].Length == 0)
                throw new FormatException("The store's setting has an '@' and no user before it.");
            _user = Decoded(who[0], "user");
            _password = who.Length > 1 ? Decoded(who[1], "password") : null;
        }
        string host = authority[(at + 1)..];
        int bracket = host.LastIndexOf(']'), colon = host.LastIndexOf(':');
        if (colon > bracket)
        {
            // Not quoted: of "milvus://root:secret", without its host, this is the password.
            if (!int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _port) || _port is < 1 or > ushort.MaxValue)
                throw new FormatException($"The port of the store's setting, behind the host's ':', is not one from 1 to {ushort.MaxValue} ({Form}).");
            host = host[..colon];
        }
        if (host.Length == 0)
            throw new FormatException($"The store's setting names no host ({Form}).");
        if (Uri.CheckHostName(host.Trim('[', ']')) is UriHostNameType.Unknown or UriHostNameType.Basic || (host.Contains(':') && host[0] != '['))
            throw new FormatException($"'{host}' in the store's setting is not the name or the address of a host; an IPv6 address stands in [ ] ({Form}).");
        _host = host;
    }

    private void ReadDatabase()
    {
        if (_options.TryGetValue("db", out string? named))
        {
            if (_database is not null)
                throw new FormatException($"The store's setting names its database twice, /{_database} and db={named}: give one of them.");
            _database = named;
        }
        bool isName = _database is null || (_database.Length is >= 1 and <= MaxDatabaseLength && !char.IsAsciiDigit(_database[0])
            && _database.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'));
        if (!isName)
        {
            throw new FormatException(
                $"'{_database}' in the store's setting is not the name of a database: use up to {MaxDatabaseLength} of A-Z a-z 0-9 _, not beginning "
                    + $"with a digit.");
        }
    }

    private void ReadOptions(string text)
    {
        foreach (string option in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = option.Split('=', 2);
            string name = Decoded(parts[0], "option");
            if (name is "password" or "token" or "user")
            {
                throw new FormatException($"{name} is no option of a store's setting: give the user as user@host, a password by password-file or "
                    + $"{MilvusStoreOptions.PasswordVariable}, a token by token-file or {MilvusStoreOptions.TokenVariable}.");
            }
            if (!Known.Contains(name))
            {
                string meant = NearestName.Find(name, Known) is { } near ? $" Is {near} meant?" : "";
                throw new FormatException($"'{name}' is no option of a store's setting.{meant} Options: {string.Join(", ", Known)}.");
            }
            if (parts.Length < 2 || parts[1].Length == 0)
                throw new FormatException($"{name} in the store's setting has no value: write {name}=….");
            if (!_options.TryAdd(name, Decoded(parts[1], name)))
                throw new FormatException($"{name} comes twice in the store's setting.");
        }
    }

    private string? Password(Func<string, string?> environment)
    {
        if (_password is not null && _options.ContainsKey("password-file"))
            throw new FormatException("The store's setting has a password and a password-file: give one of them.");
        return _password ?? Secret("password-file") ?? Given(environment(MilvusStoreOptions.PasswordVariable));
    }

    private string? Token(Func<string, string?> environment)
    {
        if (_user is null && _options.ContainsKey("password-file"))
            throw new FormatException("The store's setting has a password-file and no user: write milvus://user@host.");
        if (_user is not null && _options.ContainsKey("token-file"))
            throw new FormatException("The store's setting has a user and a token-file: a token stands in place of a user and a password.");
        return _user is null ? Secret("token-file") ?? Given(environment(MilvusStoreOptions.TokenVariable)) : null;
    }

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;

    /// <summary>The first line of the file that an option names.</summary>
    private string? Secret(string option)
    {
        if (File(option) is not { } path)
            return null;
        using var lines = new StreamReader(path);
        return lines.ReadLine() is { Length: > 0 } secret ? secret : throw new FormatException($"{option} of the store's setting: {path} begins with "
            + $"no secret.");
    }

    private string? File(string option)
    {
        if (!_options.TryGetValue(option, out string? path))
            return null;
        try
        {
            System.IO.File.OpenRead(path).Dispose();
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{option} of the store's setting: {path} cannot be read ({e.Message}).", e);
        }
    }

    private bool Flag(string option) => _options.GetValueOrDefault(option) switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw new FormatException($"{option} in the store's setting is true or false, not '{other}'."),
    };

    private int? Whole(string option) => !_options.TryGetValue(option, out string? text) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
        : throw new FormatException($"{option} in the store's setting is a whole number, not '{text}'.");

    private ConsistencyLevel? Level() => !_options.TryGetValue("consistency", out string? text) ? null
        : Enum.GetValues<ConsistencyLevel>().Cast<ConsistencyLevel?>().FirstOrDefault(l => string.Equals(l.ToString(), text,
            StringComparison.OrdinalIgnoreCase))
        ?? throw new FormatException($"consistency in the store's setting is strong, session, bounded or eventually, not '{text}'.");

    private TimeSpan? Time(string option)
    {
        if (!_options.TryGetValue(option, out string? text))
            return null;
        (string digits, double unit) = text switch
        {
            [.., 'm', 's'] => (text[..^2], 0.001),
            [.., 's'] => (text[..^1], 1),
            [.., 'm'] => (text[..^1], 60),
            [.., 'h'] => (text[..^1], 3600),
            _ => (text, 1.0),
        };
        const double Most = 1e9;   // what a TimeSpan surely holds; the range is the options'
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number * unit < Most
            ? TimeSpan.FromSeconds(number * unit)
            : throw new FormatException($"{option} in the store's setting is a time like 30, 500ms, 2m or 1h, not '{text}'.");
    }

    private static string Decoded(string text, string what)
    {
        for (int at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                throw new FormatException($"A '%' in the {what} of the store's setting is not followed by two hexadecimal digits: write the '%' itself %25.");
        }
        return Uri.UnescapeDataString(text);
    }
}
