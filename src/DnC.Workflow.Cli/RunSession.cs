using System.Globalization;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli;

/// <summary>Plans what a person asked for, and starts or goes on with it.</summary>
internal static class RunSession
{
    /// <summary>Starts or goes on with a run and follows it to its end.</summary>
    /// <returns>An exit code.</returns>
    public static int Run(RunRequest request, Terminals terminals)
    {
        GivenWeights.Require(request.Index.Spec);
        FewImages.Tell(request.Index, terminals);
        var graph = Planner.Plan(request.Index.Spec, request.Index.Facts);
        var place = request.Place;
        if (place is Root)
            Composition.RefuseMissingDevices(graph.Stages);
        return place.Follow(graph, new FollowRequest(terminals, request.CommandLine, request.Detach), runs =>
        {
            var started = runs.Start(Submission(request, graph, terminals.Time), request.StartNew);

            // Of a command that only submits, the run's id is the whole output.
            (request.Detach ? terminals.Error : terminals.Out).MarkupLineInterpolated(started.WentOn
                ? (FormattableString)$"Going on with run [bold]{started.Run}[/] {place.Where}; --new starts another."
                : $"Run [bold]{started.Run}[/] {place.Where}: {graph.Stages.Count} stages on {request.Index.Facts.TrainImages} images.");
            return started.Run;
        });
    }

    private static RunSubmission Submission(RunRequest request, StageGraph graph, TimeProvider time) =>
        request.Index.Submission(Guid.CreateVersion7(time.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture), graph) with
        {
            NoCache = request.NoCache,
            Priority = request.Priority,
            MaxConcurrent = request.MaxConcurrent,
        };
}
