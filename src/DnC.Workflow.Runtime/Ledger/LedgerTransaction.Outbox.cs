using System.Text.Json;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Ledger;

internal sealed partial class LedgerTransaction
{
    private const string OpenOfStage = "run_id = @RunId AND stage_id = @Id AND closed_at IS NULL AND state = 'open'";
    private const string OpenOfRun = "run_id = @Id AND stage_id IS NULL AND closed_at IS NULL AND state = 'open'";
    private const string PatientOfRun =
        "run_id = @Id AND patient AND closed_at IS NULL AND state = 'open' AND stage_id IN (SELECT id FROM stage WHERE run_id = @Id AND state = 'failed')";
    private const int NamedFailures = 3;

    /// <summary>Whether it put something into the outbox.</summary>
    public bool FillsOutbox { get; private set; }

    /// <summary>
    /// Takes the gate of a stage out of what it waits for. Whoever calls this settles the stage, or moves it.
    /// Under the run's lock, as everything that changes 'pending'.
    /// </summary>
    /// <returns>Whether it was shut.</returns>
    public bool OpenGate(StageRow stage)
    {
        if (!stage.GateShut)
            return false;
        Later("UPDATE stage SET gate_shut = FALSE, pending = pending - 1 WHERE id = @Id AND gate_shut", new { stage.Id });
        stage.GateShut = false;
        stage.Pending--;
        return true;
    }

    /// <summary>Answers every open request for a stage that has ended, but for those that a failure does not answer.</summary>
    /// <returns>How many.</returns>
    public int Answer(StageRow stage)
    {
        var which = stage.State == StageState.Failed ? OpenOfStage + " AND NOT patient" : OpenOfStage;
        if (Enqueue(which, stage) is not (> 0 and var answered))
            return 0;
        var output = stage.Output is { } json ? JsonSerializer.Deserialize<Artifact>(json, SpecJson.Options)?.Location : null;
        Close(which, new
        {
            stage.Id,
            stage.RunId,
            Now,
            stage.Generation,
            stage.StateWord,
            Error = stage.State is StageState.Failed or StageState.Cancelled ? stage.Error : null,
            stage.StageKey,
            Output = output,
            stage.FanOut,
        });
        return answered;
    }

    /// <summary>Answers every open request for the end of a run that has ended; and those for its stages that nothing answers any more.</summary>
    /// <returns>How many.</returns>
    public int Answer(RunRow run)
    {
        // Nobody will have a failed stage of it done again: who waited for that waits no longer.
        var answered = run.State == RunState.Cancelled ? Answer(run, PatientOfRun) : 0;
        return answered + Answer(run, run.State == RunState.Failed ? OpenOfRun + " AND NOT patient" : OpenOfRun);
    }

    private int Answer(RunRow run, string which)
    {
        if (Enqueue(which, run) is not (> 0 and var answered))
            return 0;
        Close(which, new
        {
            run.Id,
            Now,
            Generation = 0,
            run.StateWord,
            Error = run.State == RunState.Failed ? FailuresOf(run.Id) : null,
            StageKey = (string?)null,
            Output = (string?)null,
            FanOut = (long?)null,
        });
        return answered;
    }

    /// <summary>Puts the answers of some requests into the outbox, in the order in which they were made.</summary>
    public int Enqueue(string which, object arguments)
    {
        var enqueued = Execute(
            $"""
            INSERT INTO outbox (request_id, run_id, listener, tries, due_at)
            SELECT id, run_id, listener, 0, 0 FROM gate_request WHERE {which} ORDER BY number
            """,
            arguments);
        FillsOutbox |= enqueued > 0;
        return enqueued;
    }

    private void Close(string which, object answer) => Later(
        $"""
        UPDATE gate_request SET state = 'answered', answered_at = @Now, generation = @Generation, answer = @StateWord, error = @Error,
          stage_key = @StageKey, output = @Output, fan_out = @FanOut
        WHERE {which}
        """,
        answer);

    private string FailuresOf(string run)
    {
        var failed = Query<string>(
            "SELECT name || ': ' || COALESCE(error, 'failed') FROM stage WHERE run_id = @run AND state = 'failed' ORDER BY id LIMIT @most",
            new { run, most = NamedFailures + 1 });
        return string.Join('\n', failed.Take(NamedFailures)) + (failed.Count > NamedFailures ? "\n…" : "");
    }
}
