using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hybrid.Api;
using Hybrid.Cli.Output;
using Hybrid.Encoding.Adapting;
using Hybrid.Redis;
using Hybrid.Streaming;
using Hybrid.Upkeep.Migration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Hybrid.Cli.Commands;

internal static class ServeCommand
{
    /// <summary>Where collectors take OTLP by gRPC; they take it by HTTP on any other.</summary>
    private const int GrpcPort = 4317;

    public static Command Create()
    {
        Option<string> folder = SharedOptions.Data("The data folder; made where there is none.");
        var port = new Option<int>("--port", "-p")
        {
            Description = "The port to listen to; 0: one that is free.",
            HelpName = "n",
            DefaultValueFactory = _ => 8080,
            CustomParser = result => OptionValue.Whole(result, 0, IPEndPoint.MaxPort),
        };
        var address = new Option<IPAddress>("--address")
        {
            Description = "The address to listen to; one that other machines reach needs a key: `hybrid key create`.",
            HelpName = "ip",
            DefaultValueFactory = _ => IPAddress.Loopback,
            CustomParser = AddressOf,
        };
        var certificate = new Option<string?>("--certificate")
        {
            Description = "Listen with TLS: the certificate, a PEM file that also holds its key, or with --certificate-key.",
            HelpName = "file.pem",
        };
        var certificateKey = new Option<string?>("--certificate-key") { Description = "The certificate's private key.", HelpName = "file.pem" };
        var halfLife = new Option<int?>("--half-life")
        {
            Description = "What is popular: an event counts half after so many days. Default: it counts by users, however long ago.",
            HelpName = "days",
            CustomParser = result => OptionValue.Whole(result, 1, 36_500),
        };
        var lateAfter = new Option<TimeSpan>("--late-after")
        {
            Description = "How long after its time an event may come. One that comes later is kept all the same and stands where its time says; it is counted "
                + "in the metric hybrid.events.late.",
            HelpName = "h:mm:ss",
            DefaultValueFactory = _ => new FeatureOptions().LateAfter,
            CustomParser = OptionValue.Time,
        };
        var jsonLog = new Option<bool>("--json-log") { Description = "Write the log as JSON, one object a line." };
        var otlp = new Option<Uri?>("--otlp")
        {
            Description = "Where traces, metrics and logs go by OpenTelemetry. Default: OTEL_EXPORTER_OTLP_ENDPOINT; without it nowhere.",
            HelpName = "http://host:4318",
            CustomParser = OtlpOf,
        };
        var shadow = new Option<double>("--shadow")
        {
            Description = "The share of the requests that are asked of both indexes of a migration that is shadowing or ramping, behind the answer's back.",
            HelpName = "x",
            DefaultValueFactory = _ => new ShadowOptions().Share,
            CustomParser = result => OptionValue.Real(result),
        };
        var features = new Option<RedisFeatureOptions?>("--features")
        {
            Description = "What users did, for many machines: a Redis server that this one fills from its records, or reads where it has none. Secrets: "
                + $"{RedisAddress.PasswordVariable}.",
            HelpName = "redis://host[:port][/name]",
            CustomParser = FeaturesOf,
        };
        Option<string?> store = StoreOption.Create();
        Option<string?> model = SharedOptions.Model();
        Option<string?> adapter = SharedOptions.Adapter();
        Option<string?> bridge = SharedOptions.Bridge();
        Option<int?> dimension = SharedOptions.Dimension();
        var kinds = new KindOptions();
        var command = new ExampleCommand("serve", "Answers over HTTP what the other commands answer, and takes items and events: the service, on this machine.",
            "serve --data ./my-shop --port 8080",
            "curl 'http://127.0.0.1:8080/v1/recommend?user=U17&count=5'")
        { folder, address, port, certificate, certificateKey, halfLife, lateAfter, shadow, features, store, model, adapter, bridge,
            dimension, jsonLog, otlp };
        kinds.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string data = parsed.GetValue(folder)!;   // ! : it has a default
            HybridOptions options = kinds.Apply(parsed, DataFolder.Options(
                data, SharedOptions.ModelOf(parsed, model, adapter, data), StoreOption.Of(parsed, store), parsed.GetValue(dimension)));
            options = options with
            {
                Bridge = parsed.GetValue(bridge) is { } led ? TextBridge.Find(data, led) : null,
                LiveIndex = new(),
                Shadow = ShadowOf(parsed.GetValue(shadow)),
                Features = new()
                {
                    PopularityHalfLife = parsed.GetValue(halfLife) is { } days ? TimeSpan.FromDays(days) : null,
                    LateAfter = parsed.GetValue(lateAfter),
                },
            };
            if (parsed.GetValue(features) is { } shared)
                options = options.UseRedisFeatures(shared);
            using X509Certificate2? tls = Certificate(parsed.GetValue(certificate), parsed.GetValue(certificateKey));
            var server = new HybridServerOptions
            {
                Hybrid = options,
                Address = parsed.GetValue(address)!,   // ! : it has a default
                Port = parsed.GetValue(port),
                Certificate = tls,
                Telemetry = TelemetryOf(parsed.GetValue(otlp)),
            };
            await using (HybridServer running = await StartAsync(server, parsed.GetValue(jsonLog), cancellationToken))
            {
                Console.Out.WriteLine(running.Address.ToString().TrimEnd('/'));
                Terminal.Note($"Serving {options.DataPath}. Ctrl-C ends it.");
                await WaitAsync(cancellationToken);
                Terminal.Note("Closing: requests that run are answered first.");
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<HybridServer> StartAsync(HybridServerOptions options, bool writesJson, CancellationToken cancellationToken)
    {
        try
        {
            return await HybridServer.StartAsync(options, log =>
            {
                log.SetMinimumLevel(LogLevel.Warning);
                if (writesJson)
                    log.AddJsonConsole(json => json.TimestampFormat = "O");
                else
                    log.AddSimpleConsole(text => (text.SingleLine, text.TimestampFormat) = (true, "yyyy-MM-dd HH:mm:ss "));
                log.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning);
                log.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            }, cancellationToken);
        }
        catch (InvalidOperationException e) when (!IPAddress.IsLoopback(options.Address))
        {
            throw new UsageException($"--address {options.Address}: {e.Message}");
        }
        catch (IOException taken) when (taken.InnerException is not null)
        {
            throw new UsageException($"--port {options.Port}: it cannot be listened to ({taken.InnerException.Message}). Name another one, or 0 for any.");
        }
    }

    private static IPAddress? AddressOf(ArgumentResult result)
    {
        if (IPAddress.TryParse(result.Tokens[0].Value, out IPAddress? address))
            return address;
        result.AddError($"--address takes an IP address like 127.0.0.1 or 0.0.0.0, not '{Catalog.PlainText.Brief(result.Tokens[0].Value)}'.");
        return null;
    }

    private static RedisFeatureOptions? FeaturesOf(ArgumentResult result)
    {
        try
        {
            return RedisFeatureOptions.Parse(result.Tokens[0].Value);
        }
        catch (FormatException e)
        {
            result.AddError($"--features: {e.Message}");
            return null;
        }
    }

    private static Uri? OtlpOf(ArgumentResult result)
    {
        string given = result.Tokens[0].Value;
        if (Uri.TryCreate(given, UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is "http" or "https")
            return endpoint;
        result.AddError($"--otlp takes an address like http://127.0.0.1:4318, not '{Catalog.PlainText.Brief(given)}'.");
        return null;
    }

    /// <summary>The variables of OpenTelemetry, as the environment has them, and the endpoint of the option before theirs.</summary>
    private static Dictionary<string, string> TelemetryOf(Uri? endpoint)
    {
        const string protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
        var settings = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal))
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
        if (endpoint is not null)
        {
            settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint.ToString();
            settings.TryAdd(protocol, endpoint.Port == GrpcPort ? "grpc" : "http/protobuf");
        }
        return settings;
    }

    private static ShadowOptions ShadowOf(double share) => share is >= 0 and <= 1 ? new() { Share = share }
        : throw new UsageException(FormattableString.Invariant($"--shadow takes 0 to 1, not {share}."));

    private static X509Certificate2? Certificate(string? file, string? key)
    {
        try
        {
            if (file is null)
                return key is null ? null : throw new UsageException("--certificate-key is of a certificate: name it with --certificate.");
            using X509Certificate2 read = X509Certificate2.CreateFromPemFile(file, key);
            // On Windows a key that was read from PEM cannot be used for TLS before it has been through PFX.
            return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pfx), password: null);
        }
        catch (CryptographicException e)
        {
            throw new UsageException($"--certificate {file}: {e.Message}");
        }
    }

    /// <summary>Until Ctrl-C or SIGTERM.</summary>
    private static async Task WaitAsync(CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellationToken.Register(ended.SetResult);
        await ended.Task;
    }
}
