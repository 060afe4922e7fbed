namespace Hybrid.Tests.Cli;

public sealed class KeyCommandTests : IDisposable
{
    private readonly ShopFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_key_is_shown_once_listed_without_its_secret_and_revoked_by_its_id()
    {
        HybridCommand.Result created = await _folder.DoAsync("key", "create", "shop frontend", "--role", "ingest", "--rate", "50");
        string key = created.Output.Trim();
        Assert.Matches("^hyb_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$", key);
        string id = key.Split('_')[1];

        string listed = (await _folder.DoAsync("key", "list")).Output;
        Assert.Matches($"^{id}\tingest\t50/s\t20[0-9-]+ [0-9:]+Z\tshop frontend\n$", listed);
        Assert.DoesNotContain(key, await File.ReadAllTextAsync(_folder.DataFile("keys.json"), Token), StringComparison.Ordinal);

        await _folder.DoAsync("key", "revoke", id);
        Assert.Equal("", (await _folder.DoAsync("key", "list")).Output);
        HybridCommand.Result again = await _folder.RunAsync("key", "revoke", id);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("hybrid key list", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_machines_are_not_listened_to_before_there_is_a_key()
    {
        HybridCommand.Result refused = await _folder.RunAsync("serve", "--address", "0.0.0.0", "--port", "0");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("hybrid key create", refused.Errors, StringComparison.Ordinal);
    }
}
