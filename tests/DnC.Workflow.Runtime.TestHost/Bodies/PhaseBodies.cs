using System.Globalization;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Runtime.TestHost.Bodies;

/// <summary>
/// The method's six phases without the method: each writes what the next one reads, at once. A folder beside the data's controls them:
/// 'STAGE.fail' makes a stage fail while it is there, 'STAGE.hold' makes it wait, 'clusters' holds the number of clusters that exist; each
/// start is a line in 'STAGE.diary'.
/// </summary>
/// <param name="kind">The phase.</param>
/// <param name="files">What it writes.</param>
public sealed class PhaseBody(string kind, params string[] files) : IStageExecutor
{
    /// <summary>All six.</summary>
    public static IReadOnlyList<PhaseBody> All { get; } =
    [
        new("base", StageFiles.Model), new("embed", StageFiles.Embedding, StageFiles.EmbeddedImages),
        new("cluster", StageFiles.Centroids, StageFiles.ClusterMap, StageFiles.Assignments), new("expert", StageFiles.Model), new("distill", StageFiles.Model), new("evaluate"),
    ];

    /// <summary>The folder that controls what runs on a folder of data.</summary>
    public static string Control(string data) => data + ".control";

    /// <inheritdoc/>
    public string Kind => kind;

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var control = Directory.CreateDirectory(Control(context.Data.Path!)).FullName;
        File.AppendAllText(Path.Combine(control, context.Stage + ".diary"), "start\n");
        while (File.Exists(Path.Combine(control, context.Stage + ".hold")))
        {
            if (context.StopRequested())
                throw new StageStopped();
            Thread.Sleep(20);
        }

        if (File.Exists(Path.Combine(control, context.Stage + ".fail")))
            throw new StageFailure("the disk is full, says the test", retryable: false);
        foreach (var file in files)
            File.WriteAllText(Path.Combine(context.OutputFolder, file), $"{context.Stage} {context.Settings.GetRawText()}");
        return kind switch
        {
            "cluster" => Divide(context, control),
            "evaluate" => StageResult.Of(new EvaluationMetrics([new EvaluationRow(context.Settings.GetProperty("label").GetString()!, null, 100, 41.5, 1.5, 43, 1.5)])),
            _ => StageResult.Of(new { loss = 0.25 }),
        };
    }

    private static StageResult Divide(StageContext context, string control)
    {
        var asked = Path.Combine(control, "clusters");
        var clusters = File.Exists(asked)
            ? int.Parse(File.ReadAllText(asked), CultureInfo.InvariantCulture)
            : context.Settings.GetProperty("cluster").GetProperty("k").GetInt32();
        for (var i = 0; i < clusters; i++)
            File.WriteAllText(Path.Combine(context.OutputFolder, StageFiles.Members(i)), $"{i}");
        return StageResult.Of(new { clusters }) with { FanOut = clusters };
    }
}
