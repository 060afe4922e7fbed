using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hybrid.Contracts;

namespace Hybrid.Api.Tests;

/// <summary>What infra/service has for those who watch the service.</summary>
public sealed partial class ServiceFilesTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "infra", "service");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("check rules alerts.yml")]
    [InlineData("test rules alerts.test.yml")]
    [InlineData("check config --syntax-only prometheus.yml")]
    public async Task Prometheus_takes_the_files(string arguments)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "promtool"))))
        {
            const string missing = "There is no promtool: infra/promtool.sh installs it.";
            Assert.False(Environment.GetEnvironmentVariable("HYBRID_REQUIRE_PROMTOOL") == "1", missing);
            Assert.Skip(missing);
        }
        using Process promtool = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("promtool did not start.");
        Task<string> errors = promtool.StandardError.ReadToEndAsync(Token);
        string said = await promtool.StandardOutput.ReadToEndAsync(Token);
        await promtool.WaitForExitAsync(Token);
        Assert.True(promtool.ExitCode == 0, said + await errors);
    }

    [Fact]
    public async Task What_the_alerts_and_the_dashboard_ask_for_is_what_the_service_tells()
    {
        await using ApiServer server = await ApiServer.StartAsync(change: options => options with { Hybrid = options.Hybrid with { LiveIndex = new() } });
        await server.PostAsync("/v1/items", """[{"id":"K1","title":"Espresso machine"}]""");
        await server.IndexAsync();
        await server.GetAsync("/v1/search?text=coffee");
        GC.Collect();   // before it nothing is told of it
        string[] asked = [.. (await Task.WhenAll(((string[])["alerts.yml", "grafana/hybrid.json"]).Select(file =>
            File.ReadAllTextAsync(Path.Combine(Folder, file), Token)))).SelectMany(text => MetricName().Matches(text)).Select(name => name.Value).Distinct()];
        Assert.True(asked.Length > 5, string.Join(' ', asked));
        string told = "";
        await ApiServer.EventuallyAsync(async () => asked.All((told = (await server.GetAsync("/metrics")).Text).Contains),
            $"all are told: {string.Join(' ', asked.Where(name => !told.Contains(name, StringComparison.Ordinal)))}");
        Assert.NotEmpty(JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "grafana/hybrid.json"), Token)).RootElement.GetProperty("panels")
            .EnumerateArray());
    }

    [GeneratedRegex(@"\b(hybrid|http_server|dotnet)_[a-z_]+\b(?=\{)", RegexOptions.CultureInvariant)]
    private static partial Regex MetricName();
}
