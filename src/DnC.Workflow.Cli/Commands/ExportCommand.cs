using System.CommandLine;
using DnC.Workflow.Cli.Models;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Learning.Export;
using DnC.Workflow.Learning.Native;
using Spectre.Console;
using static TorchSharp.torch;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc export RUN': a model as a folder in the style of hubs, for other programs.</summary>
internal static class ExportCommand
{
    public static Command Build(Terminals terminals)
    {
        var run = new Argument<string>("RUN") { Description = "A run's id or the beginning of it." };
        var model = new Option<string>("--model") { Description = "Which model: dnc, base, expert:3, or a rival as equal-length; of several rounds also dnc@1, expert@2:3.", HelpName = "NAME", DefaultValueFactory = _ => "dnc" };
        var format = new Option<string>("--format") { Description = "safetensors: weights alone; onnx: a graph for ONNX Runtime beside them.", DefaultValueFactory = _ => "safetensors" };
        format.Among("safetensors", "onnx");
        var folder = new Option<string?>("--out") { Description = "Folder to write; NAME-MODEL in this one if left out.", HelpName = "FOLDER" };
        var force = new Option<bool>("--force") { Description = "Replace an exported model that is there." };
        var (root, postgres, artifacts) = (Options.Root(), Options.Postgres(), Options.Artifacts());
        var command = new Command("export", "Write a model as a folder for other programs: weights by torchvision's names, ONNX, configuration, model card.") { run, model, format, folder, force, root, postgres, artifacts };
        command.SetAction(parsed =>
        {
            using var place = Options.PlaceOf(parsed, root, postgres, terminals, artifacts);
            var found = RunModel.Find(place, parsed.GetValue(run)!, _ => parsed.GetValue(model)!);
            var path = parsed.GetValue(folder) ?? FileName($"{found.Spec.Name}-{found.Name}");
            NewFolder.Require(path, parsed.GetValue(force), ModelFiles.Config);
            var store = place.OpenStore();
            using var connections = store as IDisposable;
            TorchSettings.Apply(Environment.ProcessorCount);
            using var encoder = found.Load(store, CPU);
            var clusters = found.Clusters(store);
            var hasOnnx = parsed.GetValue(format) == "onnx";
            NewFolder.Write(path, at =>
            {
                ExportedModel.Write(at, encoder, found.Config(clusters?.Map));
                if (hasOnnx)
                    ExportedModel.WriteOnnx(Path.Combine(at, ModelFiles.Onnx), encoder, [new("model", found.Name), new("run", found.Run.Summary.Id), new("weights", found.File.Digest)]);
                if (clusters is { } c)
                    ClusterFile.Write(Path.Combine(at, ModelFiles.Clusters), c.Centroids, c.Map);
                File.WriteAllText(Path.Combine(at, ModelFiles.Card), ModelCard.Text(found, encoder.Features, hasOnnx, clusters is not null));
            });
            terminals.Out.MarkupLineInterpolated($"[bold]{found.Name}[/] of run {found.Run.Summary.Id} ({found.Spec.Model.Backbone}, {encoder.Features} features) is in");
            terminals.Out.WriteLine($"  {path}");
            foreach (var file in new DirectoryInfo(path).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
                terminals.Out.WriteLine($"    {file.Name,-26} {Sizes.Short(file.Length)}");
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>A name that is a file's on every system.</summary>
    private static string FileName(string name) => string.Concat(name.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).TrimStart('.') is { Length: > 0 } safe ? safe : "model";
}
