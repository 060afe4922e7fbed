using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Hybrid.Cli.Output;

namespace Hybrid.Cli.Commands;

/// <summary>Asks a service how it is, where nothing else can: an image of it has no shell and no curl.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var url = new Argument<Uri>("url")
        {
            Description = "The service, as `hybrid serve` says where it listens.",
            DefaultValueFactory = _ => new Uri("http://127.0.0.1:8080"),
            CustomParser = AddressOf,
        };
        var live = new Option<bool>("--live") { Description = "Whether it runs, not whether it can answer questions." };
        var command = new ExampleCommand("health", "Asks a service whether it is ready: exit code 0, or 1 and why not. For what starts it and watches it.",
            "health http://127.0.0.1:8080")
        { url, live };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Uri service = parsed.GetValue(url)!;   // ! : it has a default
            using var client = new HttpClient { Timeout = Limit };
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri(service, parsed.GetValue(live) ? "/health/live" : "/health/ready"),
                    cancellationToken);
                using JsonDocument told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
                if (answer.IsSuccessStatusCode)
                {
                    Console.Out.WriteLine(told.RootElement.GetProperty("status").GetString());
                    return ExitCode.Done;
                }
                Terminal.Note($"{service}: {(told.RootElement.TryGetProperty("detail", out JsonElement detail) ? detail.GetString() : answer.StatusCode)}");
            }
            catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                Terminal.Note($"{service}: {(e is JsonException ? "what answers there is no service of Hybrid" : e.Message)}");
            }
            return ExitCode.Failed;
        });
        return command;
    }

    /// <summary>Reads the address of a service.</summary>
    public static Uri? AddressOf(ArgumentResult result)
    {
        string given = result.Tokens[0].Value;
        if (Uri.TryCreate(given, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"The service's address is like http://127.0.0.1:8080, not '{Catalog.PlainText.Brief(given)}'.");
        return null;
    }
}
