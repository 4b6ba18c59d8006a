using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Rerun(string run, string stage, bool dryRun, IReadOnlyDictionary<string, int>? versions = null)
    {
        if (dryRun)
            return Read(t => Names(Stale(t, run, stage)));
        return Write(t =>
        {
            var row = LockKnownRun(t, run);
            var stale = Stale(t, run, stage);
            var names = Names(stale);

            // A person wants this run to move again, whatever was wanted before.
            (row.Cancelled, row.Paused) = (false, false);
            Note(t, run, RunWishEvent.Rerun, stage);
            DoAgain(t, stale);
            if (versions is not null)
                Adopt(t, run, versions);
            return names;
        });
    }

    private static void DoAgain(LedgerTransaction transaction, List<StageRow> stale)
    {
        var target = stale[0];
        transaction.OpenGate(target);
        transaction.Move(target, StageEvent.Rerun, target.Pending == 0 ? StageState.Ready : StageState.Waiting, Actor.RunService);
        var followers = stale.FindAll(s => s != target && s.State != StageState.Waiting);

        // Its turn was over when it was skipped: nobody will come to open it, should there be a cluster for it now.
        foreach (var skipped in followers.Where(s => s.State == StageState.Skipped))
            transaction.OpenGate(skipped);
        transaction.MoveAll(followers, StageEvent.UpstreamRerun, StageState.Waiting, Actor.RunService, $"'{target.Name}' is done again");
    }

    /// <inheritdoc/>
    public void Continue(string run, RunSubmission? now = null, IReadOnlyDictionary<string, int>? versions = null) => Write(t =>
    {
        var row = LockKnownRun(t, run);
        if (row.Cancelled)
            throw new UserInputException($"Run {run} was cancelled; start another, or 'dnc rerun {run} STAGE'.");
        row.Paused = false;
        Note(t, run, RunWishEvent.Continued);
        if (now is not null)
            Adopt(t, run, now);
        else if (versions is not null)
            Adopt(t, run, versions);
        foreach (var stage in t.Query<StageRow>(
            $"SELECT {StageRow.Columns} FROM stage s WHERE s.run_id = @run AND s.state = 'failed' ORDER BY s.id{t.Locked("s")}", new { run }))
        {
            GoOn(t, stage);
        }

        t.Execute(
            """
            UPDATE stage SET failures = 0, losses = 0, input_losses = 0, not_before = 0
            WHERE run_id = @run AND state IN ('waiting', 'ready', 'running')
            """,
            new { run });
        RingReady(t, run);
        return true;
    });

    private static void GoOn(LedgerTransaction transaction, StageRow failed)
    {
        (failed.Failures, failed.Losses, failed.InputLosses, failed.NotBefore, failed.EndedAt) = (0, 0, 0, 0, null);
        transaction.Move(failed, StageEvent.Continued, failed.Pending == 0 ? StageState.Ready : StageState.Waiting, Actor.RunService);
    }

    // The identity leaves out what does not change a result: that may differ, and a person who goes on with other options means them.
    private static void Adopt(LedgerTransaction transaction, string run, RunSubmission now)
    {
        transaction.Execute(
            "UPDATE run SET spec = @Spec, data = @Data, retry = @Retry, priority = @Priority, max_concurrent = @MaxConcurrent WHERE id = @run",
            new { Spec = now.SpecJson, Data = ToJson(now.Data), Retry = ToJson(now.Retry), now.Priority, now.MaxConcurrent, run });
        Adopt(transaction, run, now.Versions);
        var known = transaction.Query<StageRow>(
            $"SELECT {StageRow.Columns}, s.node AS Node FROM stage s WHERE s.run_id = @run AND s.state <> 'running'", new { run })
            .ToDictionary(s => s.Name, StringComparer.Ordinal);
        foreach (var node in now.Graph.Stages)
        {
            var (json, queue) = (ToJson(node), QueueLimit(node));
            if (known.GetValueOrDefault(node.Name) is { } stage && (stage.Node, stage.Resource, stage.QueueLimit) != (json, node.Resource, queue))
            {
                transaction.Execute(
                    "UPDATE stage SET node = @json, resource = @Resource, queue_limit = @queue WHERE id = @Id AND state <> 'running'",
                    new { json, node.Resource, queue, stage.Id });
            }
        }
    }

    // Whoever goes on with a run does so with the program at hand; what runs ends as it began.
    private static void Adopt(LedgerTransaction transaction, string run, IReadOnlyDictionary<string, int> versions)
    {
        foreach (var (kind, version) in versions)
        {
            transaction.Execute(
                "UPDATE stage SET version = @version WHERE run_id = @run AND kind = @kind AND COALESCE(version, -1) <> @version", new { run, kind, version });
        }
    }

    private static List<string> NamesOf(LedgerTransaction transaction, string run) => [.. transaction.Query<string>("SELECT name FROM stage WHERE run_id = @run ORDER BY id", new { run })];

    // The named stage first, then all that reads it, directly or through others, in the graph's order.
    private static List<StageRow> Stale(LedgerTransaction transaction, string run, string name)
    {
        LockKnownRun(transaction, run);
        var target = transaction.FindStage(run, name)
            ?? throw new UserInputException(UnknownStage.Message(run, name, NamesOf(transaction, run)));
        if (target.State == StageState.Skipped)
            throw new UserInputException($"Stage '{name}' of run {run} was skipped: its cluster does not exist. Rerun the clustering instead.");
        if (!target.State.IsEnded())
            throw new UserInputException($"Stage '{name}' of run {run} is {target.State.Word()}: it has no result to make again. Wait for it, or cancel the run.");

        var followers = transaction.Query<StageRow>(
            $"""
            WITH RECURSIVE later (id) AS (
              SELECT to_id FROM edge WHERE from_id = @Id UNION SELECT e.to_id FROM edge e JOIN later l ON l.id = e.from_id)
            SELECT {StageRow.Columns} FROM stage s JOIN later l ON l.id = s.id ORDER BY s.id{transaction.Locked("s")}
            """,
            new { target.Id });

        // What was skipped exists as little as before while the stage that decides about it keeps its result.
        var stale = followers.Select(s => s.Id).Append(target.Id).ToHashSet();
        followers.RemoveAll(s => s.State == StageState.Skipped && s.FanId is { } decider && !stale.Contains(decider));
        return followers.Find(s => s.State == StageState.Running) is { } running
            ? throw new UserInputException(
                $"Stage '{running.Name}' of run {run} is running on the result of '{name}'. Wait for it, or cancel the run with 'dnc cancel {run}'.")
            : [target, .. followers];
    }

    private static List<string> Names(List<StageRow> stale) => [.. stale.Where(s => s.State.IsEnded()).Select(s => s.Name)];
}
