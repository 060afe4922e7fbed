using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;

namespace Hybrid.Milvus.Client;

/// <summary>How the channel to a server is made.</summary>
internal static class Connection
{
    /// <exception cref="ArgumentException">What the options say does not go together.</exception>
    /// <exception cref="MilvusException">A certificate file cannot be read.</exception>
    public static GrpcChannel Open(MilvusClientOptions options)
    {
        Check(options);
        var handler = new SocketsHttpHandler
        {
            // A server lets 100 or so calls share a connection; more open another.
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            // A connection that was cut without a word is noticed by whoever waits on it within 30 s. One without calls is not pinged: servers take that amiss.
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // A large answer would otherwise come in pieces of 64 KB, each waiting to be asked for.
            InitialHttp2StreamWindowSize = 4 << 20,
        };
        if (options.Endpoint.Scheme == Uri.UriSchemeHttps)
            handler.SslOptions = TlsOf(options);
        Uri address = options.Endpoint;
        if (options.ServerName is { } name)
        {
            // The handler expects the name of the address in the certificate, whatever its options say: it gets that name, and is led to the server.
            address = new UriBuilder(options.Endpoint) { Host = name }.Uri;
            handler.ConnectCallback = (_, stop) => ConnectAsync(options.Endpoint, stop);
        }
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = options.MaxMessageBytes,
            MaxSendMessageSize = options.MaxMessageBytes,
            // The defaults, 1 s growing to 2 min, keep a channel away from a server that is long back.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
        });
    }

    /// <summary>Of every call: who asks, and of which database.</summary>
    public static Metadata HeadersOf(MilvusClientOptions options)
    {
        var headers = new Metadata();
        string? secret = options.Token ?? (options.User is null ? null : $"{options.User}:{options.Password}");
        if (secret is not null)   // with no scheme before it, against HTTP's habit
            headers.Add("authorization", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(secret)));
        if (options.Database is { } database)
            headers.Add("dbname", database);
        return headers;
    }

    private static async ValueTask<Stream> ConnectAsync(Uri server, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(server.IdnHost, server.Port), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Check(MilvusClientOptions options)
    {
        if (options.Endpoint.Scheme != Uri.UriSchemeHttps && (options.AuthoritiesFile ?? options.ClientCertificateFile ?? options.ServerName) is not null)
            throw new ArgumentException($"There are certificates or a server name, and the address is {options.Endpoint}, which is not encrypted: give "
                + $"https://.", nameof(options));
        if (options.ClientKeyFile is not null && options.ClientCertificateFile is null)
            throw new ArgumentException("There is a ClientKeyFile without its ClientCertificateFile.", nameof(options));
        if (options.Token is not null && options.User is not null)
            throw new ArgumentException("There is a token and a user: give one of them.", nameof(options));
        if (options.User is null != options.Password is null)
            throw new ArgumentException("A user needs a password, and a password a user.", nameof(options));
    }

    private static SslClientAuthenticationOptions TlsOf(MilvusClientOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.AuthoritiesFile is { } file)
        {
            var chain = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            chain.CustomTrustStore.AddRange(Read(file, () =>
            {
                var authorities = new X509Certificate2Collection();
                authorities.ImportFromPemFile(file);
                return authorities.Count > 0 ? authorities : throw new CryptographicException("there is no certificate in it");
            }));
            tls.CertificateChainPolicy = chain;
        }
        if (options.ClientCertificateFile is { } certificate)
            tls.ClientCertificates = [Read(certificate, () => WithKey(X509Certificate2.CreateFromPemFile(certificate, options.ClientKeyFile)))];
        return tls;

        // Windows' TLS takes no key that is in memory only.
        static X509Certificate2 WithKey(X509Certificate2 read)
        {
            if (!OperatingSystem.IsWindows())
                return read;
            using (read)
                return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
        }

        T Read<T>(string path, Func<T> read)
        {
            try
            {
                return read();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                throw new MilvusException(options.ToString(), $"read {path}", e.Message, MilvusErrorKind.Other, cause: e);
            }
        }
    }
}
