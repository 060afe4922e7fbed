using System.CommandLine;
using System.Globalization;
using Hybrid.Api.Keys;
using Hybrid.Cli.Output;

namespace Hybrid.Cli.Commands;

internal static class KeyCommand
{
    private static readonly string[] Roles = [.. Enum.GetNames<ApiRole>().Select(name => name.ToLowerInvariant())];

    public static Command Create() => new ExampleCommand("key", "Keys of the service: from the first one on, every request needs one.",
        "key create shop-frontend --role query --rate 200",
        "key list",
        "key revoke 1f0c93aa")
    {
        CreateKey(), List(), Revoke(),
    };

    private static ExampleCommand CreateKey()
    {
        var name = new Argument<string>("name") { Description = "What it is for." };
        var role = new Option<string>("--role")
        {
            Description = "query: recommend and search; ingest: also write items and events; admin: everything.",
            HelpName = "role",
            DefaultValueFactory = _ => Roles[0],
            CustomParser = result => OptionValue.Word(result, Roles),
        };
        var rate = new Option<int?>("--rate")
        {
            Description = "Requests a second that it may send. Default: as many as are answered.",
            HelpName = "n",
            CustomParser = result => OptionValue.Whole(result, 1, 1_000_000),
        };
        Option<string> folder = Folder();
        var command = new ExampleCommand("create", "Makes a key and shows it, once: only its hash is kept.", "key create shop-backend --role ingest")
        { name, role, rate, folder };
        command.SetAction(parsed =>
        {
            (string key, ApiKey kept) = Keys(parsed.GetValue(folder)).Create(parsed.GetValue(name)!,   // ! : it is required
                Enum.Parse<ApiRole>(parsed.GetValue(role)!, ignoreCase: true), parsed.GetValue(rate));   // ! : it has a default
            Console.Out.WriteLine(key);
            Terminal.Note($"The key {kept.Id} is shown this once. A service that runs knows it within a second: send it as Authorization: Bearer …");
            return ExitCode.Done;
        });
        return command;
    }

    private static ExampleCommand List()
    {
        Option<string> folder = Folder();
        var command = new ExampleCommand("list", "Lists the keys, one a line: id, role, rate, when it was created, name.", "key list") { folder };
        command.SetAction(parsed =>
        {
            foreach (ApiKey key in Keys(parsed.GetValue(folder)).List())
            {
                string rate = key.Rate is { } most ? string.Create(CultureInfo.InvariantCulture, $"{most}/s") : "-";
                Console.Out.WriteLine(string.Join('\t', key.Id, key.Role.ToString().ToLowerInvariant(), rate,
                    key.Created.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture), Catalog.PlainText.Of(key.Name)));
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static ExampleCommand Revoke()
    {
        var id = new Argument<string>("id") { Description = "As `hybrid key list` shows it." };
        Option<string> folder = Folder();
        var command = new ExampleCommand("revoke", "Takes a key away; a service that runs refuses it within a second.", "key revoke 1f0c93aa") { id, folder };
        command.SetAction(parsed => Keys(parsed.GetValue(folder)).Revoke(parsed.GetValue(id)!)   // ! : it is required
            ? ExitCode.Done
            : throw new UsageException($"There is no key '{Catalog.PlainText.Brief(parsed.GetValue(id)!)}'. `hybrid key list` lists them."));
        return command;
    }

    private static Option<string> Folder() => SharedOptions.Data("The data folder of the service.");

    private static ApiKeyFile Keys(string? folder) => new(folder!, TimeProvider.System);   // ! : it has a default
}
