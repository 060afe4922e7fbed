using System.CommandLine;
using Hybrid.Milvus;

namespace Hybrid.Cli.Commands;

/// <summary>Where the vectors are: an option of every command that opens the data, or a variable of the environment.</summary>
internal static class StoreOption
{
    /// <summary>The name of the store in the data folder.</summary>
    public const string Embedded = "embedded";

    private const string Variable = "HYBRID_STORE";

    public static Option<string?> Create()
    {
        var option = new Option<string?>("--store")
        {
            Description = $"Where the vectors are, instead of the data folder: milvus://localhost:19530/shop; '{Embedded}' is the folder. Default: {Variable}. "
                + $"Secrets: {MilvusStoreOptions.PasswordVariable}, {MilvusStoreOptions.TokenVariable}, or password-file and token-file. README has "
                    + $"the options.",
            HelpName = "milvus://[user@]host[:port][/db][?option=value]",
        };
        option.Validators.Add(OptionValue.RequireName);
        return option;
    }

    /// <summary>The store that is asked for; null: the embedded one.</summary>
    /// <exception cref="UsageException">The setting is malformed; says which.</exception>
    public static ExternalStore? Of(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { } given
        ? Read(given, option.Name)
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } standing ? Read(standing, Variable) : null;

    /// <inheritdoc cref="Of"/>
    /// <param name="name">What the setting was given by.</param>
    public static ExternalStore? Read(string setting, string name)
    {
        if (setting == Embedded)
            return null;
        try
        {
            return MilvusStoreOptions.Parse(setting).ToExternalStore();
        }
        catch (FormatException refused)
        {
            throw new UsageException($"{name}: {refused.Message}");
        }
    }
}
