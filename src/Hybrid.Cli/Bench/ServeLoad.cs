using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hybrid.Cli.Measuring;

namespace Hybrid.Cli.Bench;

/// <summary>Questions and events for a service that runs, at a rate that does not wait for its answers.</summary>
/// <remarks>A time is counted from when a request was due, not from when it was sent: a service that stalls cannot hide it by keeping its clients from
/// asking.</remarks>
internal sealed class ServeLoad : IDisposable
{
    /// <summary>Events a call.</summary>
    private const int PerCall = 10;

    private const int MostItems = 5_000, Users = 10_000, KnownTexts = 200, WarmUp = 1_000;

    /// <summary>So many answers in turn that came at once: then it has recovered.</summary>
    private const int RecoveredAfter = 20;

    private const string EventSeen = "event to recommendation", ItemFound = "item to search";

    /// <summary>Between two looks whether something has changed: who looks without a pause takes from the service what is measured.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100), LongestRecovery = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client;
    private readonly ConcurrentDictionary<string, ConcurrentBag<double>> _times = new();
    private readonly ConcurrentDictionary<string, int> _shed = new(), _failed = new();
    private readonly Random _random = new(11);
    private int _withRetryAfter;
    private string[] _items = [], _titles = [];

    public ServeLoad(Uri address, string? key)
    {
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 512, PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(30),
        };
        if (key is not null)
            _client.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    public void Dispose() => _client.Dispose();

    /// <param name="rate">Questions a second: 40 % by user, 40 % by item, 20 % by text, of which nine in ten were asked before.</param>
    /// <param name="events">Events a second.</param>
    public async Task<IReadOnlyList<Line>> RunAsync(int rate, int events, TimeSpan time, CancellationToken cancellationToken)
    {
        await ReadCatalogAsync(cancellationToken);
        for (int i = 0; i < WarmUp; i++)   // so that the first answers are not those of a service that has just started
            await AskAsync("warm-up", i, Stopwatch.GetTimestamp(), cancellationToken);
        _times.Clear();
        _shed.Clear();
        _failed.Clear();
        long begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            PaceAsync(rate, time, begin, (i, due) => AskAsync(null, i, due, cancellationToken), cancellationToken),
            PaceAsync(events / PerCall, time, begin, (i, due) => PostEventsAsync(due, cancellationToken), cancellationToken),
            PaceAsync(2, time, begin, (i, _) => ProbeAsync(EventSeen, () => FollowEventAsync(i, cancellationToken), cancellationToken), cancellationToken),
            PaceAsync(1, time, begin, (i, _) => ProbeAsync(ItemFound, () => FollowItemAsync(i, cancellationToken), cancellationToken), cancellationToken));
        return [.. _times.OrderBy(named => named.Key, StringComparer.Ordinal).Select(named => new Line(named.Key, named.Value.Count,
            Measurement.Percentile(named.Value, .5), Measurement.Percentile(named.Value, .99), named.Value.Max(), _shed.GetValueOrDefault(named.Key),
            _failed.GetValueOrDefault(named.Key)))];
    }

    /// <summary>More than the service can answer: what it refuses, and how soon it answers again when that ends.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<Overload> OverloadAsync(int rate, int events, TimeSpan time, CancellationToken cancellationToken)
    {
        const string name = "overload";
        _times.Clear();
        _shed.Clear();
        _failed.Clear();
        _withRetryAfter = 0;
        long begin = Stopwatch.GetTimestamp();
        Task load = Task.WhenAll(PaceAsync(rate, time, begin, (i, due) => AskAsync(name, i, due, cancellationToken), cancellationToken),
            PaceAsync(events / PerCall, time, begin, (i, due) => PostEventsAsync(due, cancellationToken, name), cancellationToken));
        await Task.Delay(time, TimeProvider.System, cancellationToken);
        long ended = Stopwatch.GetTimestamp();
        TimeSpan recovered = TimeSpan.Zero;
        for (int good = 0; good < RecoveredAfter && Stopwatch.GetElapsedTime(ended) < LongestRecovery;)
        {
            long asked = Stopwatch.GetTimestamp();
            using HttpResponseMessage answer = await _client.GetAsync(new Uri("/v1/recommend?user=U1", UriKind.Relative), cancellationToken);
            bool isGood = answer.IsSuccessStatusCode && Stopwatch.GetElapsedTime(asked) < AtOnce;
            good = isGood ? good + 1 : 0;
            if (good <= 1)
                recovered = Stopwatch.GetElapsedTime(ended);
        }
        await load;
        int shed = _shed.Values.Sum();
        return new(rate, _times.Values.Sum(times => times.Count), shed, _withRetryAfter, _failed.Values.Sum(), recovered.TotalSeconds);
    }

    /// <summary>Sends so many a second, without waiting for answers, and ends with the last of them.</summary>
    /// <param name="begin">The timestamp that the first is due at.</param>
    /// <param name="send">Told the number of the request, and when it was due.</param>
    internal static async Task PaceAsync(int rate, TimeSpan time, long begin, Func<int, long, Task> send, CancellationToken cancellationToken)
    {
        var sent = new List<Task>();
        for (int i = 0; rate > 0 && i < rate * time.TotalSeconds; i++)
        {
            long due = begin + (long)(i * (double)Stopwatch.Frequency / rate);
            TimeSpan early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (early > TimeSpan.FromMilliseconds(1))
                await Task.Delay(early, TimeProvider.System, cancellationToken);
            int number = i;
            sent.Add(Task.Run(() => send(number, due), cancellationToken));
        }
        await Task.WhenAll(sent);
    }

    private async Task ReadCatalogAsync(CancellationToken cancellationToken)
    {
        var items = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null && items.Count < MostItems;)
        {
            JsonElement page = await _client.GetFromJsonAsync<JsonElement>($"/v1/items?count=1000{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}",
                cancellationToken);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.TryGetProperty("next", out JsonElement next) ? next.GetString() : null;
        }
        if (items.Count == 0)
            throw new UsageException("The service has no items: there is nothing to ask it.");
        _items = [.. items.Select(item => item.GetProperty("id").GetString() ?? "")];
        _titles = [.. items.Select(item => item.TryGetProperty("title", out JsonElement title) ? title.GetString() ?? "" : "")
            .Where(title => title.Length > 0)];
    }

    private async Task AskAsync(string? name, int number, long due, CancellationToken cancellationToken)
    {
        (string kind, string query) = (number % 10) switch
        {
            < 4 => ("recommend by user", $"user=U{Draw(Users)}"),
            < 8 => ("recommend by item", $"item={Uri.EscapeDataString(_items[Draw(_items.Length)])}"),
            8 when number / 10 % 5 == 0 => ("recommend by a new text", $"text={Uri.EscapeDataString($"{Title(Draw(_titles.Length))} {number}")}"),
            _ => ("recommend by a known text", $"text={Uri.EscapeDataString(Title(Draw(Math.Min(KnownTexts, _titles.Length))))}"),
        };
        await SendAsync(name ?? kind, due, () => _client.GetAsync(new Uri($"/v1/recommend?{query}", UriKind.Relative), cancellationToken), cancellationToken);
    }

    private Task PostEventsAsync(long due, CancellationToken cancellationToken, string? name = null) => SendAsync(
        name ?? $"{PerCall} events", due, () => _client.PostAsJsonAsync(
        "/v1/events", Enumerable.Range(0, PerCall).Select(_ => new { user = $"U{Draw(Users)}", item = _items[Draw(_items.Length)], kind = "view" }),
        cancellationToken), cancellationToken);

    /// <summary>How long after its acknowledgement an event changes what is recommended.</summary>
    private async Task FollowEventAsync(int number, CancellationToken cancellationToken)
    {
        string user = $"probe-{Environment.ProcessId}-{number}";
        string ask = $"/v1/recommend?user={user}&count=5";
        string before = await _client.GetStringAsync(new Uri(ask, UriKind.Relative), cancellationToken);
        using HttpResponseMessage told = await _client.PostAsJsonAsync("/v1/events", new { user, item = _items[Draw(_items.Length)], kind = "purchase" },
            cancellationToken);
        long acknowledged = Stopwatch.GetTimestamp();
        told.EnsureSuccessStatusCode();
        await UntilAsync(EventSeen, acknowledged, async () => await _client.GetStringAsync(new Uri(ask, UriKind.Relative), cancellationToken) != before,
            cancellationToken);
    }

    /// <summary>How long after its acknowledgement an item is found.</summary>
    private async Task FollowItemAsync(int number, CancellationToken cancellationToken)
    {
        string id = $"probe-{Environment.ProcessId}-{number}";
        string title = $"{Title(Draw(_titles.Length))} edition {Environment.ProcessId} {number}";
        using HttpResponseMessage told = await _client.PostAsJsonAsync("/v1/items", new { id, title }, cancellationToken);
        long acknowledged = Stopwatch.GetTimestamp();
        told.EnsureSuccessStatusCode();
        await UntilAsync(ItemFound, acknowledged, async () => (await _client.GetStringAsync(
            new Uri($"/v1/search?count=5&text={Uri.EscapeDataString(title)}", UriKind.Relative), cancellationToken)).Contains($"\"{id}\"",
                StringComparison.Ordinal), cancellationToken);
        using HttpResponseMessage removed = await _client.DeleteAsync(new Uri($"/v1/items/{id}", UriKind.Relative), cancellationToken);
    }

    private async Task ProbeAsync(string name, Func<Task> probe, CancellationToken cancellationToken)
    {
        long begin = Stopwatch.GetTimestamp();
        try
        {
            await probe();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Count(e is HttpRequestException { StatusCode: { } status } && IsShed(status) ? _shed : _failed, name);
            Note(name, begin);
        }
    }

    private async Task UntilAsync(string name, long begin, Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(begin) > TimeSpan.FromSeconds(30))
            {
                Count(_failed, name);
                break;
            }
            await Task.Delay(LookAgain, TimeProvider.System, cancellationToken);
        }
        Note(name, begin);
    }

    private async Task SendAsync(string name, long due, Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await send();
            await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            if (!answer.IsSuccessStatusCode)
                Count(IsShed(answer.StatusCode) ? _shed : _failed, name);
            if (IsShed(answer.StatusCode) && answer.Headers.RetryAfter is not null)
                Interlocked.Increment(ref _withRetryAfter);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Count(_failed, name);
        }
        Note(name, due);
    }

    private static bool IsShed(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    private static void Count(ConcurrentDictionary<string, int> counts, string name) => counts.AddOrUpdate(name, 1, (_, count) => count + 1);

    private void Note(string name, long begin) => _times.GetOrAdd(name, _ => []).Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);

    private string Title(int number) => _titles.Length == 0 ? "something" : _titles[number];

    private int Draw(int below)
    {
        lock (_random)
            return _random.Next(Math.Max(1, below));
    }

    /// <param name="Count">Requests, of all kinds.</param>
    /// <param name="Shed">Answers 429 and 503, within the count.</param>
    /// <param name="WithRetryAfter">Those of them that say when to come again.</param>
    /// <param name="Failed">Other answers than good ones, and none.</param>
    /// <param name="RecoverySeconds">From the end of the load to the first of twenty answers in turn that came within a tenth of a second.</param>
    internal sealed record Overload(int Rate, int Count, int Shed, int WithRetryAfter, int Failed, double RecoverySeconds);

    /// <param name="Shed">Answers 429 and 503, within the count.</param>
    /// <param name="Failed">Other answers than good ones, and none.</param>
    internal sealed record Line(string What, int Count, double P50, double P99, double Most, int Shed, int Failed);
}
