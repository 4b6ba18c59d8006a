using System.Text.Json;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Report.Reading;

/// <summary>The curves of a run's trainings.</summary>
internal static class CurveReader
{
    /// <summary>Points of a curve that has room, and of all curves of one kind together. [ours]</summary>
    private const int MostOfOne = 500;
    private const int MostOfAll = 16_000;
    private const int Fewest = 40;

    public static IReadOnlyList<CurveFacts> Read(RunReading run, ArtifactFiles files, MissingParts missing)
    {
        var trained = run.View.Stages.Where(s => s.Node.Kind is "base" or "expert" or "distill").Select(s => s.Node).ToList();
        var most = Math.Clamp(MostOfAll / Math.Max(1, trained.Count), Fewest, MostOfOne);
        var curves = new CurveFacts?[trained.Count];
        Parallel.For(0, trained.Count, i =>
        {
            if (files.Open(trained[i].Name, StageFiles.Curve, "curves") is not { } path)
                return;
            try
            {
                curves[i] = CurveFile.Read(path, trained[i].Name, trained[i].Kind, most);
            }
            catch (Exception e) when (e is JsonException or IOException or FormatException)
            {
                missing.Add("curves", $"The curve of stage '{trained[i].Name}' cannot be read: {FreeText.Line(e.Message)}");
            }
        });
        return [.. curves.OfType<CurveFacts>()];
    }
}
