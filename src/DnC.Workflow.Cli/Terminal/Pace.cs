using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>
/// How long running stages will take still, by what is seen of their present attempts from their first step on: neither the time in which
/// an attempt starts nor what earlier ones did is part of the pace.
/// </summary>
/// <param name="time">When something is seen.</param>
public sealed class Pace(TimeProvider time)
{
    private readonly Dictionary<string, Sight> _seen = new(StringComparer.Ordinal);

    /// <summary>Takes in a run as it stands.</summary>
    public void Observe(RunView run)
    {
        var now = time.GetUtcNow();
        foreach (var stage in run.Stages)
        {
            if (stage.State != StageState.Running)
                _seen.Remove(stage.Node.Name);
            else if (stage.Progress is { Steps: > 0 } p && p.Step > (stage.ResumedAtStep ?? 0))
                See(stage, p.Step, p.Steps, now);
        }
    }

    /// <summary>The time left, or null as long as too little was seen.</summary>
    public TimeSpan? Left(StageView stage)
    {
        if (!_seen.TryGetValue(stage.Node.Name, out var sight) || sight.Last.Step == sight.First.Step)
            return null;
        var perStep = (sight.Last.At - sight.First.At) / (sight.Last.Step - sight.First.Step);
        var left = (perStep * (sight.Steps - sight.Last.Step)) - (time.GetUtcNow() - sight.Last.At);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void See(StageView stage, long step, long steps, DateTimeOffset now)
    {
        var attempt = (stage.Generation, stage.Attempts);
        if (!_seen.TryGetValue(stage.Node.Name, out var sight) || sight.Attempt != attempt || sight.Steps != steps || step < sight.Last.Step)
            _seen[stage.Node.Name] = new Sight(attempt, steps, (step, now), (step, now));
        else if (step > sight.Last.Step)
            _seen[stage.Node.Name] = sight with { Last = (step, now) };
    }

    private sealed record Sight((int Generation, int Number) Attempt, long Steps, (long Step, DateTimeOffset At) First, (long Step, DateTimeOffset At) Last);
}
