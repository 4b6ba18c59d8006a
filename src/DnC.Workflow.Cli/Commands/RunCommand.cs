using System.CommandLine;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc run SPEC': plans, runs, shows, ends with the table; goes on with an unfinished run of the same spec and data.</summary>
internal static class RunCommand
{
    public static Command Build(Terminals terminals)
    {
        var (spec, root, data, set, preset) = (Options.Spec(), Options.Root(), Options.Data(), Options.Set(), Options.Preset());
        var (noCache, verify, another) = (Options.NoCache(), Options.VerifyData(), Options.New());
        var command = new Command("run", "Run a spec; goes on where an unfinished run of the same spec and data was stopped.") { spec, root, data, set, preset, noCache, verify, another };
        command.SetAction(parsed =>
        {
            var read = SpecFile.Read(parsed.GetValue(spec)!, parsed.GetValue(preset), parsed.GetValue(set)!);
            var request = new RunRequest(
                Options.RootOf(parsed, root),
                DataIndex.Of(read, parsed.GetValue(data), parsed.GetValue(verify)),
                parsed.GetValue(noCache),
                parsed.GetValue(another),
                CommandLine.GoOn);
            return RunSession.Run(request, terminals);
        });
        return command;
    }
}
