using System.CommandLine;
using DnC.Workflow.Images.Formats;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc run SPEC': plans, runs, shows, ends with the table; goes on with an unfinished run of the same spec and data.</summary>
internal static class RunCommand
{
    public static Command Build(Terminals terminals)
    {
        var (spec, root, data, set, preset) = (Options.Spec(), Options.Root(), Options.Data(), Options.Set(), Options.Preset());
        var (noCache, verify, another, postgres, detach) = (Options.NoCache(), Options.VerifyData(), Options.New(), Options.Postgres(), Options.Detach());
        var priority = WholeNumber.Option("--priority", "Stages of runs of higher priority are taken first; 0 if left out.", int.MinValue, "a whole number, 0 if left out; higher goes first");
        var concurrent = WholeNumber.Option("--max-concurrent", "Stages of this run that may run at once; 0, if left out: as many as there are slots.", 0, "a number of stages, or 0 for no limit");
        var command = new Command("run", "Run a spec; goes on where an unfinished run of the same spec and data was stopped.") { spec, root, data, set, preset, noCache, verify, another, postgres, detach, priority, concurrent };
        command.SetAction(parsed =>
        {
            var read = SpecFile.Read(parsed.GetValue(spec)!, parsed.GetValue(preset), parsed.GetValue(set)!);
            using var place = Options.PlaceOf(parsed, root, postgres, terminals);
            var request = new RunRequest(place, DataIndex.Of(read, parsed.GetValue(data), parsed.GetValue(verify)), CommandLine.GoOn)
            {
                NoCache = parsed.GetValue(noCache),
                StartNew = parsed.GetValue(another),
                Detach = parsed.GetValue(detach),
                Priority = parsed.GetValue(priority),
                MaxConcurrent = parsed.GetValue(concurrent),
            };
            return RunSession.Run(request, terminals);
        });
        return command;
    }
}
