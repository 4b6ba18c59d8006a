using System.CommandLine;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Cli.Terminal;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc doctor': what a run needs of this machine, and how to mend what is missing.</summary>
internal static class DoctorCommand
{
    public static Command Build(Terminals terminals)
    {
        var (root, postgres) = (Options.Root(), Options.Postgres());
        var artifacts = new Option<string?>("--artifacts") { Description = "Also write an object to this store, read it back and delete it. DNC_ARTIFACTS does instead.", HelpName = "URI" };
        var command = new Command("doctor", "Check this machine: runtime, libtorch, disk, cores, and how to mend each; with --postgres and --artifacts also what workers share.") { root, postgres, artifacts };
        command.SetAction(parsed =>
        {
            List<Check> checks = [.. Doctor.Examine(Path.GetFullPath(parsed.GetValue(root)!))];
            using var place = Options.PlaceOf(parsed, root, postgres, terminals);
            checks.AddRange(SharedChecks.Of((place as Shared)?.ConnectionString, Options.Artifacts(parsed, artifacts), terminals.Time));
            ChecksTable.Write(terminals.Out, checks);
            if (checks.Any(c => c.Verdict == Verdict.Bad))
                return ExitCodes.UserError;
            terminals.Out.WriteLine($"Ready. Next: {CommandLine.Of("demo")}");
            return ExitCodes.Success;
        });
        return command;
    }
}
