using System.Text.Json;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli;

/// <summary>What a run is for: the weights of the distilled network.</summary>
internal static class FinalModel
{
    /// <summary>Path or address of the file, or null as long as there is none, or none that is known here.</summary>
    public static string? PathOf(RunView view, Place place)
    {
        var stage = Planner.FinalStage(JsonSerializer.Deserialize<RunSpec>(view.SpecJson, SpecJson.Options)!.Rounds);
        return view.Stages.FirstOrDefault(s => s.Node.Name == stage)?.Output?.Find(StageFiles.Model) is { } file ? place.Find(file) : null;
    }
}
