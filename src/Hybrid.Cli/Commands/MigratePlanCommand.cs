using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Legacy;
using Hybrid.Cli.Output;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;

namespace Hybrid.Cli.Commands;

internal static class MigratePlanCommand
{
    public static ExampleCommand Create()
    {
        var name = new Option<string>("--to") { Description = "What the migration is called.", HelpName = "name", Required = true };
        var encoder = new Option<string?>("--encoder") { Description = "Another text encoder: a name or a folder.", HelpName = "name|folder" };
        Option<int?> dimension = SharedOptions.Dimension("all");
        var legacy = new Option<string?>("--legacy")
        {
            Description = $"The vectors that the shop has, to blend in: a file (see inspect), {LegacySource.Servers}.",
            HelpName = "source",
        };
        var ids = new Option<string?>("--ids") { Description = "The ids of an .npy file's rows.", HelpName = "file" };
        var alpha = new Option<string[]>("--alpha")
        {
            Description = "How much the text counts in the blend, 0 to 1; or from one to another in steps, '.3..1 over 14d' (or '… in 4'), each built aside.",
            HelpName = "x|x..y over time",
            DefaultValueFactory = _ => ["0.5"],
            AllowMultipleArgumentsPerToken = true,
            Arity = new ArgumentArity(1, 5),
        };
        var form = new Option<string>("--form")
        {
            Description = "joined (both beside each other), centred (one on the other) or plain (likewise, not centred).",
            HelpName = "form",
            DefaultValueFactory = _ => "joined",
            CustomParser = result => OptionValue.Word(result, "joined", "centred", "plain"),
        };
        var readOnly = new Option<bool>("--read-only-source")
        {
            Description = "Declare that nobody else writes the old vectors, or the old index past the records, until the migration ends.",
        };
        var target = new Option<string?>("--to-store")
        {
            Description = $"Another store: milvus://host[:port][/db], or '{StoreOption.Embedded}'. Secrets come from the environment, as for --store.",
            HelpName = "store",
        };
        var hold = new Option<double>("--hold-days")
        {
            Description = "How long the old index is written on after the new one answers everything.",
            HelpName = "n",
            DefaultValueFactory = _ => 7,
            CustomParser = result => OptionValue.Real(result),
        };
        Option<bool> json = SharedOptions.Json();
        foreach (Option<string?> option in (Option<string?>[])[encoder, legacy, ids, target])
            option.Validators.Add(OptionValue.RequireName);
        return new ExampleCommand("plan", "Say what a migration takes, and write it down. Nothing starts without `start`.",
            "migrate plan --to e5 --encoder multilingual-e5-small-en-zh",
            "migrate plan --to blend1 --legacy vectors.bin --alpha 0.3",
            "migrate plan --to blend2 --legacy vectors.bin --alpha .3..1 over 14d",
            "migrate plan --to milvus1 --to-store milvus://localhost:19530/shop")
        { name, encoder, dimension, legacy, ids, alpha, form, readOnly, target, hold, json }.Run(async (engine, parsed, cancellationToken) =>
        {
            MigrationPlan plan;
            string blended = string.Join(' ', parsed.GetValue(alpha)!);   // ! : it has a default
            bool isOne = double.TryParse(blended, NumberStyles.Float, CultureInfo.InvariantCulture, out double one);
            try
            {
                plan = new MigrationPlan
                {
                    Name = parsed.GetValue(name)!,   // ! : it is required
                    Encoder = parsed.GetValue(encoder),
                    Dimension = parsed.GetValue(dimension),
                    Legacy = parsed.GetValue(legacy) is { } source ? LegacySource.FullName(source) : null,
                    Reading = new LegacyReading { Ids = parsed.GetValue(ids) is { } list ? Path.GetFullPath(list) : null },
                    Alpha = isOne ? one : 0,
                    Alphas = isOne ? null : AlphaSchedule.Parse(blended),
                    Form = Enum.Parse<BlendForm>(parsed.GetValue(form)!, ignoreCase: true),   // ! : it has a default
                    IsSourceReadOnly = parsed.GetValue(readOnly),
                    Store = parsed.GetValue(target),
                    Hold = TimeSpan.FromDays(parsed.GetValue(hold)),
                };
            }
            catch (Exception refused) when (refused is ArgumentException or FormatException)
            {
                throw new UsageException(refused is ArgumentException wrong ? Failures.ReasonOf(wrong) : refused.Message);
            }
            MigrationEstimate estimate = await Terminal.RunAsync("Measuring", 0, null, _ => engine.PlanMigrationAsync(plan, cancellationToken));
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(estimate);
            else
                Write(estimate);
            return ExitCode.Done;
        });
    }

    private static void Write(MigrationEstimate estimate)
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{estimate.Name}: from {estimate.Old}; {estimate.Items:N0} items, {estimate.ToEncode:N0} to encode, of "
            + $"{estimate.Tokens:N0} tokens."));
        if (estimate.ToEncode > 0)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Encoding takes {estimate.LeastTime.TotalMinutes:F1} to "
                + $"{estimate.MostTime.TotalMinutes:F1} minutes (90 %, by {estimate.Sampled} texts)."));
        }
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Vectors: {estimate.VectorBytes / 1e6:N1} MB more, and the index over them."));
        foreach ((int place, string step) in estimate.Steps.Index())
            Console.Out.WriteLine($"  {place + 1}. {step}");
        foreach (string risk in estimate.Risks)
            Console.Out.WriteLine($"  ! {risk}");
    }
}
