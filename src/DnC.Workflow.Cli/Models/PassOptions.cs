using System.CommandLine;
using DnC.Workflow.Cli.Commands;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Models;

/// <summary>Options of the commands that send images through a model.</summary>
internal static class PassOptions
{
    /// <summary>Which layer.</summary>
    public static Option<string> Layer()
    {
        var layer = new Option<string>("--layer") { Description = "pooled: the features of the backbone; hidden or projection: those of the training's projector.", DefaultValueFactory = _ => "pooled" };
        return layer.Among("pooled", "hidden", "projection");
    }

    /// <summary>Where.</summary>
    public static Option<string> Device() => new("--device") { Description = "auto, cpu or cuda:N.", HelpName = "DEVICE", DefaultValueFactory = _ => "auto" };

    /// <summary>How many at once.</summary>
    public static Option<int> Batch()
    {
        var batch = WholeNumber.Option("--batch", "Images in a forward pass; 256 if left out.", 1, "a number from 1");
        batch.DefaultValueFactory = _ => new StageOptions().ForwardBatch;
        return batch;
    }

    /// <summary>The images.</summary>
    public static Option<string> Data() => new("--data") { Description = "Folder of images, of which all are taken.", HelpName = "PATH", Required = true };

    /// <summary>The table to write.</summary>
    public static Option<string> Out(string formats) => new("--out") { Description = $"The table to write: {formats}.", HelpName = "FILE", Required = true };

    /// <summary>As a pass takes them.</summary>
    public static StageOptions Of(ParseResult parsed, Option<string> device, Option<int> batch) =>
        new() { Device = parsed.GetValue(device)!, Threads = Environment.ProcessorCount, ForwardBatch = parsed.GetValue(batch) };
}
