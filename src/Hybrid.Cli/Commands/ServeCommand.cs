using System.CommandLine;
using System.Net;
using Hybrid.Api;
using Hybrid.Cli.Output;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Hybrid.Cli.Commands;

internal static class ServeCommand
{
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
        var jsonLog = new Option<bool>("--json-log") { Description = "Write the log as JSON, one object a line." };
        Option<string?> store = StoreOption.Create();
        Option<string?> model = SharedOptions.Model();
        Option<int?> dimension = SharedOptions.Dimension();
        var kinds = new KindOptions();
        var command = new ExampleCommand("serve", "Answers over HTTP what the other commands answer, and takes items and events: the service, on this machine.",
            "serve --data ./my-shop --port 8080",
            "curl 'http://127.0.0.1:8080/v1/recommend?user=U17&count=5'")
        { folder, port, store, model, dimension, jsonLog };
        kinds.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            HybridOptions options = kinds.Apply(parsed, DataFolder.Options(
                parsed.GetValue(folder)!, parsed.GetValue(model), StoreOption.Of(parsed, store), parsed.GetValue(dimension)))   // ! : it has a default
                with { LiveIndex = new() };
            var server = new HybridServerOptions { Hybrid = options, Port = parsed.GetValue(port) };
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
        catch (IOException taken) when (taken.InnerException is not null)
        {
            throw new UsageException($"--port {options.Port}: it cannot be listened to ({taken.InnerException.Message}). Name another one, or 0 for any.");
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
