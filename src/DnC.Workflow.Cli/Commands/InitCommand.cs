using System.CommandLine;
using System.Globalization;
using DnC.Workflow.Cli.Init;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Spec;
using Spectre.Console;
using static TorchSharp.torch;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc init --data FOLDER': looks at the images, measures this machine, and writes a spec that suits both.</summary>
internal static class InitCommand
{
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);

    public static Command Build(Terminals terminals)
    {
        var file = new Argument<string>("SPEC") { Description = "The spec file to write.", DefaultValueFactory = _ => "spec.json" };
        var data = new Option<string>("--data") { Description = "Folder of images.", HelpName = "PATH", Required = true };
        var hours = new Option<double>("--hours") { Description = "How long the run may take on this machine.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var device = new Option<string>("--device") { Description = "auto, cpu or cuda:N.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
        var force = new Option<bool>("--force") { Description = "Replace a file that is there." };
        hours.Validators.Add(result =>
        {
            if (result.Tokens.Any(t => !double.TryParse(t.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) || n is not (> 0 and <= 10_000)))
                result.AddError($"--hours {string.Join(' ', result.Tokens)}: expected a number of hours above 0, as 0.5 or 8.");
        });
        var command = new Command("init", "Look at images, measure this machine, and write a commented spec that suits both.") { file, data, hours, device, force };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            Require(path, parsed.GetValue(force));
            Composition.DevicePlan(parsed.GetValue(device)!);
            Propose(terminals, path, parsed.GetValue(data)!, parsed.GetValue(hours), parsed.GetValue(device)!);
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Require(string path, bool force)
    {
        WholeFile.Require("SPEC", path);
        if (File.Exists(path) && !force)
            throw new UserInputException($"{path} is there already. --force replaces it; or name another file.");
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new UserInputException($"There is no folder {folder} to write {Path.GetFileName(path)} into. Make it, or name another file.");
        WholeFile.RequireWritable("The spec", "SPEC", path);
    }

    private static void Propose(Terminals terminals, string path, string data, double hours, string device)
    {
        var index = DataIndex.Of(new RunSpec(), data, verify: false);
        var folder = index.Spec.Data.Path!;
        using var source = DataFolder.OpenTraining(folder);
        if (source.Count < 2)
            throw new UserInputException($"{folder} has {source.Count} image to train on; contrast needs at least 2. Put more into it, or name another folder with --data.");
        var survey = DataSurvey.Of(index.Facts, source);
        TorchSettings.Apply(Environment.ProcessorCount);
        var gpu = device.StartsWith("cuda", StringComparison.Ordinal) || (device == "auto" && cuda.is_available());
        var proposal = new SpecProposal(survey, Recipe.For(survey.MedianSide, gpu), Path.GetFileNameWithoutExtension(path), folder);
        terminals.Error.WriteLine($"Measuring some training steps, {Durations.Short(Measured)} or a little more …");
        var first = SpecReader.Read(proposal.Text(1, hours, seconds: 0), path);
        var pilot = TrainingPilot.Measure(first.Model, first.Base, source, new StageOptions { Device = device, Threads = Environment.ProcessorCount }, Measured);
        var unit = proposal.UnitFor(hours * 3600 * pilot.FlopsPerSecond);
        var seconds = proposal.Flops(unit) / pilot.FlopsPerSecond;
        WholeFile.Write("The spec", "SPEC", path, proposal.Text(unit, hours, seconds));
        ProposalTold.Write(terminals.Out, proposal, pilot, unit, hours);
        terminals.Out.WriteLine();
        terminals.Out.WriteLine($"Written to {path}. Next: {CommandLine.Of("run", path)}");
    }
}
