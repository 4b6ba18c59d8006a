using System.Text.Json;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Report.Reading;

/// <summary>The curves of a run's trainings: of one that has not ended, up to its last checkpoint.</summary>
internal static class CurveReader
{
    /// <summary>Points of a curve that has room, and of all curves of one kind together. [ours]</summary>
    private const int MostOfOne = 500;
    private const int MostOfAll = 16_000;
    private const int Fewest = 40;

    public static IReadOnlyList<CurveFacts> Read(RunReading run, ArtifactFiles files, MissingParts missing)
    {
        var trained = run.View.Stages.Where(s => s.Node.Kind is "base" or "expert" or "distill").ToList();
        var most = Math.Clamp(MostOfAll / Math.Max(1, trained.Count), Fewest, MostOfOne);
        var curves = new CurveFacts?[trained.Count];
        Parallel.For(0, trained.Count, i => curves[i] = Read(trained[i], most, files, missing));
        return [.. curves.OfType<CurveFacts>()];
    }

    private static CurveFacts? Read(StageView stage, int most, ArtifactFiles files, MissingParts missing)
    {
        var (name, kind) = (stage.Node.Name, stage.Node.Kind);
        try
        {
            return stage.State.IsSatisfied()
                ? files.Open(name, StageFiles.Curve, "curves") is { } whole ? CurveFile.Read(whole, name, kind, most) : null
                : files.OpenCheckpoint(stage, StageFiles.TrainingState, "curves") is { } sofar ? CurveFile.ReadCheckpoint(sofar, name, kind, most) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or FormatException)
        {
            missing.Add("curves", $"The curve of stage '{name}' cannot be read: {FreeText.Line(e.Message)}");
            return null;
        }
    }
}
