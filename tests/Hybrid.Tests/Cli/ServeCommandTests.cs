using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

public sealed class ServeCommandTests(PreparedShop shop)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task It_says_where_it_listens_answers_its_first_question_and_ends_in_order_when_it_is_told_to(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to another process.");
        using ShopFolder folder = await shop.CopyAsync();
        using Process serve = HybridCommand.Start(folder.Path, "serve", "--port", "0");
        string? address = await serve.StandardOutput.ReadLineAsync(Token);
        Assert.StartsWith("http://127.0.0.1:", address, StringComparison.Ordinal);
        using var client = new HttpClient();
        // The first thing that this process is asked, so that nothing has been prepared by another answer.
        using var question = new StringContent("""{"user":"U3","count":2}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync(new Uri($"{address}/v1/recommend"), question, Token);
        string said = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, said);
        Assert.Equal(2, JsonDocument.Parse(said).RootElement.GetProperty("results").GetArrayLength());
        Assert.Contains("ready", await client.GetStringAsync(new Uri($"{address}/health/ready"), Token), StringComparison.Ordinal);

        HybridCommand.Result ended = await HybridCommand.SignalAsync(serve, signal);

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("Closing", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_a_usage_error_that_says_what_to_do()
    {
        using var folder = new ShopFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        HybridCommand.Result result = await HybridCommand.RunAsync(folder.Path, "serve", "--port", port);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"--port {port}", result.Errors, StringComparison.Ordinal);
    }
}
