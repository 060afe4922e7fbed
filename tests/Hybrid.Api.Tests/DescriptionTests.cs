using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hybrid.Api.Tests;

/// <summary>The OpenAPI document, and the page to try it.</summary>
public sealed class DescriptionTests
{
    [Fact]
    public async Task The_document_has_every_route_with_its_fields_its_answer_and_its_problems()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        JsonElement document = (await server.GetAsync("/openapi/v1.json")).Json;

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        JsonProperty[] operations = [.. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject())];
        string[] names = [.. operations.Select(operation => operation.Value.GetProperty("operationId").GetString() ?? "")];
        Assert.Equal(names.Length, names.Distinct().Count());
        await using WebApplication host = WebApplication.CreateSlimBuilder().Build();
        host.MapHybridApi();
        int routes = ((IEndpointRouteBuilder)host).DataSources.Sum(source => source.Endpoints.Count);
        Assert.Equal(routes, operations.Length);
        Assert.All(operations, operation =>
        {
            JsonElement responses = operation.Value.GetProperty("responses");
            Assert.True(responses.TryGetProperty("200", out _) || responses.TryGetProperty("202", out _), operation.Value.ToString());
            Assert.True(responses.GetProperty("400").GetProperty("content").TryGetProperty("application/problem+json", out _));
            Assert.NotEmpty(operation.Value.GetProperty("summary").GetString() ?? "");
        });
        JsonElement recommend = document.GetProperty("paths").GetProperty("/v1/recommend");
        Assert.Contains("exclude_seen", Parameters(recommend.GetProperty("get")));
        Assert.True(recommend.GetProperty("post").TryGetProperty("requestBody", out _));
        Assert.Contains("item", Parameters(document.GetProperty("paths").GetProperty("/v1/similar/{item}").GetProperty("get")));
        Assert.Contains("Idempotency-Key", Parameters(document.GetProperty("paths").GetProperty("/v1/events").GetProperty("post")));
        JsonElement happened = document.GetProperty("components").GetProperty("schemas").GetProperty("EventBody");
        Assert.True(happened.GetProperty("properties").TryGetProperty("session", out _));
    }

    [Fact]
    public async Task The_page_to_try_it_needs_nothing_from_elsewhere()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiServer.Reply page = await server.GetAsync("/docs/");
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.Type));
        Assert.Contains("connect-src 'self'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page.Text, StringComparison.Ordinal);
        foreach (System.Text.RegularExpressions.Match script in System.Text.RegularExpressions.Regex.Matches(page.Text, "src=\"([^\"]+)\""))
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(new Uri(new Uri(server.Address, "/docs/"), script.Groups[1].Value).PathAndQuery)).Status);
    }

    private static IEnumerable<string?> Parameters(JsonElement operation) =>
        operation.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString());
}
