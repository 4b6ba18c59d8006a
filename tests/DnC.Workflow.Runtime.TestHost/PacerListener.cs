using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.TestHost;

/// <summary>Writes what it is told into the books, and refuses some of it.</summary>
/// <param name="journal">The process's.</param>
public sealed class PacerListener(Journal journal) : IStageEndListener
{
    /// <summary>The name of all of them.</summary>
    public const string Called = "pacer";

    // [ours] Rarely enough that an answer is not set aside.
    private const int RefusesOneOf = 8;

    private readonly Random _draws = new(Environment.ProcessId);

    /// <inheritdoc/>
    public string Name => Called;

    /// <inheritdoc/>
    public Task HearAsync(StageEnd end, CancellationToken stop)
    {
        bool refuses;
        lock (_draws)
            refuses = _draws.Next(RefusesOneOf) == 0;
        Note(GateFact.Heard, end);
        Note(refuses ? GateFact.Refused : GateFact.Taken, end);
        return refuses ? throw new InvalidOperationException("not now") : Task.CompletedTask;
    }

    private void Note(GateFact fact, StageEnd end) => journal.Note(new GateEntry
    {
        Fact = fact,
        Request = end.RequestId,
        Run = end.Run,
        Stage = end.Stage,
        Try = end.Try,
        State = end.State,
        Generation = end.Generation,
        Output = end.Output,
    });
}
