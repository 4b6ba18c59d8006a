using System.CommandLine;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc doctor': what a run needs of this machine, and how to mend what is missing.</summary>
internal static class DoctorCommand
{
    public static Command Build(Terminals terminals)
    {
        var root = Options.Root();
        var command = new Command("doctor", "Check this machine: runtime, libtorch, disk, cores, and how to mend each.") { root };
        command.SetAction(parsed =>
        {
            var checks = Doctor.Examine(Path.GetFullPath(parsed.GetValue(root)!));
            var table = new Table { Border = TableBorder.Simple, ShowHeaders = false };
            table.AddColumns("", "", "");
            foreach (var check in checks)
            {
                var (mark, colour) = check.Verdict switch { Verdict.Good => ("ok", Color.Green), Verdict.Fair => ("note", Color.Yellow), _ => ("bad", Color.Red) };
                table.AddRow(new Text(mark, new Style(colour)), new Text(check.Subject), new Text(check.Mend is null ? check.Found : $"{check.Found}\n{check.Mend}"));
            }

            terminals.Out.Write(table);
            return checks.Any(c => c.Verdict == Verdict.Bad) ? ExitCodes.UserError : ExitCodes.Success;
        });
        return command;
    }
}
