using System.CommandLine;
using DnC.Workflow.Images.Demo;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc demo': renders its own images and runs the whole method on them.</summary>
internal static class DemoCommand
{
    public static Command Build(Terminals terminals)
    {
        var (root, set, noCache, another, postgres) = (Options.Root(), Options.Set(), Options.NoCache(), Options.New(), Options.Postgres());
        var command = new Command("demo", "Render a set of images and run the whole method on it: about three minutes on two idle cores that multiply bfloat16, longer on others.") { root, set, noCache, another, postgres };
        command.SetAction(parsed =>
        {
            var spec = SpecReader.Read(Text(), "workflows/demo.json", overrides: parsed.GetValue(set)!);
            using var place = Options.PlaceOf(parsed, root, postgres, terminals);
            var folder = Path.Combine(place.Path, "demo-images");
            var options = new DemoOptions();
            if (Ensure(folder, options))
                terminals.Out.WriteLine($"Rendered {options.Pretrain} images of {DemoOptions.Classes} classes in 4 domains, and {options.Probe} + {options.Test} labelled ones, into {folder}.");
            var request = new RunRequest(place, DataIndex.Of(spec, folder, verify: false), CommandLine.GoOn) { NoCache = parsed.GetValue(noCache), StartNew = parsed.GetValue(another) };
            var code = RunSession.Run(request, terminals);
            if (code == ExitCodes.Success)
                terminals.Out.WriteLine(WhenDividingPays);
            return code;
        });
        return command;
    }

    private static bool Ensure(string folder, DemoOptions options)
    {
        try
        {
            return DemoSet.Ensure(folder, options, Environment.ProcessorCount);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"The demo's images cannot be written to '{folder}': {e.Message} Choose another root with --root DIR, or make room there.", e);
        }
    }

    private const string WhenDividingPays =
        "'equal-length' is the base objective alone, trained as long as all phases of DnC together. At three minutes it usually wins: the base has "
        + "not stopped learning, so more of the same pays best. Divide once longer base training has stopped paying: when tripling the base's epochs gains less than a point.";

    private static string Text()
    {
        using var stream = typeof(DemoCommand).Assembly.GetManifestResourceStream("demo.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
