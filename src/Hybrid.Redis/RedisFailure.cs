using System.Security.Authentication;
using StackExchange.Redis;

namespace Hybrid.Redis;

/// <summary>What the client of Redis throws, in words for who runs the service: its own are long, and say what its connections were doing.</summary>
internal static class RedisFailure
{
    /// <summary>What is wrong, and what to do about it where that is known; without a full stop.</summary>
    public static string ReasonOf(Exception failure)
    {
        // Why there is no connection stands in the failures that led to this one.
        var causes = new List<Exception>();
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
            causes.Add(cause);
        if (causes.OfType<AuthenticationException>().FirstOrDefault() is { } tls)
        {
            return $"TLS with it fails: {Sentence(tls.Message)}. rediss:// needs a server that speaks TLS, and a certificate of an authority that this machine "
                + "trusts; SSL_CERT_FILE names the file of another one";
        }
        if (causes.Any(cause => Says(cause, "NOPERM")))
        {
            return $"this user may not do what is needed: {Sentence(causes.Last(cause => Says(cause, "NOPERM")).Message)}. Let it (ACL SETUSER) use the keys "
                + "and channels that begin as the address ends, and the commands of strings, streams, scripts, scans and connections";
        }
        if (causes.Any(cause => Says(cause, "NOAUTH") || Says(cause, "WRONGPASS")
            || cause is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }))
        {
            return "it wants another password, or user. Give them in the address, redis://user:password@host with what is special percent-encoded, or the "
                + $"password in {RedisAddress.PasswordVariable}";
        }
        return failure is RedisServerException ? Sentence(failure.Message) : "there is no connection to it";
    }

    private static bool Says(Exception failure, string code) => failure.Message.Contains(code, StringComparison.Ordinal);

    private static string Sentence(string message) => message.TrimEnd('.');
}
