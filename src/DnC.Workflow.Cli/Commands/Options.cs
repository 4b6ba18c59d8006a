using System.CommandLine;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Runtime.Artifacts.S3;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class Options
{
    public static Option<string> Root() =>
        new("--root") { Description = "Folder for ledger, artifacts and checkpoints.", DefaultValueFactory = _ => ".dnc", HelpName = "DIR" };

    public static Option<string?> Postgres() => new("--postgres")
    {
        Description = "Work on a PostgreSQL that workers share: a connection string, or 'managed' for a private server in the root. DNC_POSTGRES does instead, and no process list shows it.",
        HelpName = "CONN",
    };

    public static Option<string?> Artifacts() => new("--artifacts")
    {
        Description = "With --postgres: where all workers keep artifacts. DNC_ARTIFACTS does instead; a folder in the root if neither is given.",
        HelpName = "URI",
    };

    public static Option<bool> Detach() => new("--detach") { Description = "With --postgres: only submit, print the run's id, and leave." };

    public static Option<string?> Data() =>
        new("--data") { Description = "Folder of images; wins over the spec's data.path.", HelpName = "PATH" };

    public static Option<string[]> Set() => new("--set") { Description = "Override a setting, as base.epochs=10; may be given often.", HelpName = "path=value", DefaultValueFactory = _ => [] };

    public static Option<string?> Preset() => new("--preset") { Description = "A preset of the spec file.", HelpName = "NAME" };

    public static Option<bool> NoCache() => new("--no-cache") { Description = "Run every stage, whatever results are there." };

    public static Option<bool> VerifyData() => new("--verify-data") { Description = "Hash every byte of the data instead of trusting sizes and times." };

    public static Option<bool> New() => new("--new") { Description = "Start another run even where an unfinished one of the same spec and data could go on." };

    public static Argument<string> Spec() => new("SPEC") { Description = "A spec file, as workflows/uncurated-small.json." };

    /// <summary>Where the command's runs are, by its options or the environment.</summary>
    public static Place PlaceOf(ParseResult parsed, Option<string> root, Option<string?> postgres, Terminals terminals, Option<string?>? artifacts = null)
    {
        var path = Path.GetFullPath(parsed.GetValue(root)!);
        var named = artifacts is null ? null : parsed.GetValue(artifacts);
        if ((parsed.GetValue(postgres) ?? FromEnvironment("DNC_POSTGRES")) is { } connection)
        {
            // Said here also to commands that would only look for a file there, and find none.
            if (named is not null && S3Address.IsMeantBy(named))
                S3Address.Parse(named, Environment.GetEnvironmentVariable);
            return Shared.Open(path, connection, named ?? FromEnvironment("DNC_ARTIFACTS"), terminals);
        }

        return named is null
            ? new Root(path)
            : throw new UserInputException($"--artifacts {named}: it goes with --postgres CONN (or DNC_POSTGRES). Runs on a root of their own keep their artifacts in {Path.Combine(path, "artifacts")}.");
    }

    /// <summary>The store that a command names, or the environment.</summary>
    public static string? Artifacts(ParseResult parsed, Option<string?> artifacts) => parsed.GetValue(artifacts) ?? FromEnvironment("DNC_ARTIFACTS");

    private static string? FromEnvironment(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
