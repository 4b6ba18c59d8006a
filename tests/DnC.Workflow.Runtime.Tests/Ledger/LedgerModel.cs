using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>
/// A ledger in a page of memory, written from the state table and without a look at the real one: no counters, no SQL, everything
/// worked out anew from the graph each time.
/// </summary>
internal sealed partial class LedgerModel(LeaseSettings lease, RetryPolicy retry)
{
    private readonly Dictionary<string, ModelResult> _results = new(StringComparer.Ordinal);
    private long _moves;
    private long? _awakeSince;
    private long _lastPass;

    /// <summary>Milliseconds.</summary>
    public long Now { get; set; }

    public List<ModelRun> Runs { get; } = [];

    /// <summary>Locations whose bytes are gone.</summary>
    public HashSet<string> Gone { get; } = new(StringComparer.Ordinal);

    public ModelRun Submit(string id, StageGraph graph, int priority, int maxConcurrent, bool noCache, bool gated)
    {
        var run = new ModelRun(id, priority, maxConcurrent, gated);
        foreach (var node in graph.Stages)
            run.Stages.Add(new ModelStage(run, node, noCache));
        Runs.Add(run);
        Settle(run);
        return run;
    }

    public ModelStage? Current(ClaimTicket ticket) =>
        Runs.Find(r => r.Id == ticket.Run)?.Stages.Find(s => s.Node.Name == ticket.Stage && s.State == StageState.Running && s.Fence == ticket.Fence);

    /// <summary>Whether the attempt of this ticket has made the stage's outputs.</summary>
    public bool IsDone(ClaimTicket ticket, Artifact output) => Runs.Find(r => r.Id == ticket.Run)?.Stages.Find(
        s => s.Node.Name == ticket.Stage && s.State == StageState.Succeeded && s.Fence == ticket.Fence)?.Output?.Location == output.Location;

    /// <summary>The stage that a claim gets, or null.</summary>
    public ModelStage? Claim(string worker)
    {
        var passedOver = new HashSet<ModelStage>();
        // Plan order within a run; priority and age between runs.
        while (Runs.Select(r => r.Stages.Find(s => IsClaimable(s) && !passedOver.Contains(s))).OfType<ModelStage>()
            .OrderByDescending(s => s.Run.Priority).ThenBy(s => s.ReadyAt).FirstOrDefault() is { } stage)
        {
            var key = KeyOf(stage);
            if (!stage.Forced && _results.TryGetValue(key, out var known) && !Gone.Contains(known.Output.Location))
            {
                (stage.Key, stage.Output, stage.FanOut, stage.ReusedFrom) = (key, known.Output, known.FanOut, known.From);
                Set(stage, StageState.Reused);
                Settle(stage.Run);
            }
            else if (Runs.SelectMany(r => r.Stages).Any(s => s.State == StageState.Running && s.Key == key))
            {
                passedOver.Add(stage);
            }
            else
            {
                if (stage.Key != key)
                    stage.Checkpoint = null;
                (stage.Key, stage.Worker, stage.NotBefore) = (key, worker, 0);
                (stage.Fence, stage.Attempts) = (stage.Fence + 1, stage.Attempts + 1);
                (stage.Resumed, stage.LeaseUntil) = (stage.Checkpoint?.Step, Now + (long)lease.Lease.TotalMilliseconds);
                Set(stage, StageState.Running);
                stage.ClaimedAtMove = _moves;
                return stage;
            }
        }

        return null;
    }

    public RunWish Heartbeat(ModelStage? stage)
    {
        if (stage is null)
            return RunWish.Lost;
        stage.LeaseUntil = Now + (long)lease.Lease.TotalMilliseconds;
        if (stage.Run.Cancelled)
            Set(stage, StageState.Cancelled);
        return stage.Run.Cancelled ? RunWish.Cancel : stage.Run.Paused ? RunWish.Pause : RunWish.GoOn;
    }

    public static void Checkpoint(ModelStage stage, CheckpointRef checkpoint)
    {
        stage.Checkpoint = checkpoint;
        if (stage.Resumed is not { } from || checkpoint.Step > from)
            stage.Losses = 0;
    }

    public void Complete(ModelStage stage, Artifact output, int? fanOut)
    {
        (stage.Output, stage.FanOut) = (output, fanOut);
        _results[stage.Key!] = new ModelResult(output, fanOut, $"{stage.Run.Id}/{stage.Node.Name}");
        Set(stage, StageState.Succeeded);
        Settle(stage.Run);
    }

    public void Fail(ModelStage stage, bool retryable, double jitter)
    {
        if (stage.Run.Cancelled)
        {
            Set(stage, StageState.Cancelled);
        }
        else if (++stage.Failures >= retry.MaxFailures || !retryable)
        {
            Set(stage, StageState.Failed);
        }
        else
        {
            stage.NotBefore = Now + (long)retry.Delay(stage.Failures, jitter).TotalMilliseconds;
            ComeBack(stage);
        }
    }

    public void Release(ModelStage stage)
    {
        if (stage.Run.Cancelled)
            Set(stage, StageState.Cancelled);
        else if (stage.Run.Paused)
            ComeBack(stage);
        else
            Lose(stage);
    }

    public void InputLost(ModelStage stage, StageInput input)
    {
        if (stage.Run.Cancelled)
        {
            Set(stage, StageState.Cancelled);
            return;
        }

        var producer = stage.Run[input.From];
        if (producer.State is StageState.Succeeded or StageState.Reused && producer.MovedAt < stage.ClaimedAtMove)
        {
            foreach (var key in _results.Where(r => r.Value.Output.Location == producer.Output!.Location).Select(r => r.Key).ToArray())
                _results.Remove(key);
            producer.StartGeneration(forced: false);
            ComeBack(producer);
            foreach (var reader in stage.Run.Stages.Where(s => s.State == StageState.Ready && Parents(s).Contains(producer)))
                Set(reader, StageState.Waiting);
        }

        stage.InputLosses++;
        Set(stage, stage.InputLosses >= retry.MaxLossesWithoutProgress ? StageState.Failed : StageState.Waiting);
        Settle(stage.Run);
    }

    /// <summary>One reconciler pass.</summary>
    /// <returns>How many claims it takes back.</returns>
    public int Pass(ISet<string> dead)
    {
        var length = (long)lease.Lease.TotalMilliseconds;
        if (_awakeSince is null || Now - _lastPass > length)
            _awakeSince = Now;
        _lastPass = Now;
        var awake = Now - _awakeSince >= length;
        var lost = Runs.SelectMany(r => r.Stages)
            .Where(s => s.State == StageState.Running && (dead.Contains(s.Worker) || (awake && s.LeaseUntil < Now))).ToArray();
        foreach (var stage in lost)
        {
            if (stage.Run.Cancelled)
                Set(stage, StageState.Cancelled);
            else
                Lose(stage);
        }

        return lost.Length;
    }

    private void Lose(ModelStage stage)
    {
        stage.Losses = stage.Checkpoint is { } c && (stage.Resumed is not { } from || c.Step > from) ? 0 : stage.Losses + 1;
        if (stage.Losses >= retry.MaxLossesWithoutProgress)
            Set(stage, StageState.Failed);
        else
            ComeBack(stage);
    }

    private void ComeBack(ModelStage stage) => Set(stage, IsComplete(stage) ? StageState.Ready : StageState.Waiting);

    private static bool IsComplete(ModelStage stage) => !stage.GateShut && Parents(stage).All(p => p.State.IsSatisfied());

    private bool IsClaimable(ModelStage stage) =>
        stage.State == StageState.Ready && stage.NotBefore <= Now && !stage.Run.Paused && !stage.Run.Cancelled
        && (stage.Run.MaxConcurrent == 0 || stage.Run.Stages.Count(s => s.State == StageState.Running) < stage.Run.MaxConcurrent);

    private void Settle(ModelRun run)
    {
        // Producers come first, so that one walk reaches everything.
        foreach (var stage in run.Stages.Where(s => s.State == StageState.Waiting))
        {
            var decider = stage.Node.FanOutOf is { } name ? run[name] : null;
            if (decider is not null && decider.State.IsSatisfied() && (decider.State == StageState.Skipped || decider.FanOut <= stage.Node.Index))
                Set(stage, StageState.Skipped);
            else if (IsComplete(stage))
                Set(stage, StageState.Ready);
        }
    }

    private void Set(ModelStage stage, StageState state)
    {
        stage.State = state;
        stage.MovedAt = ++_moves;
        if (state == StageState.Ready)
            stage.ReadyAt = Now;
        if (state.IsEnded())
            Answer(stage);
    }

    private static IEnumerable<ModelStage> Parents(ModelStage stage) => StageGraph.Parents(stage.Node).Select(p => stage.Run[p]);

    private static string KeyOf(ModelStage stage) => stage.Node.Settings.GetRawText() + string.Join(';', stage.Node.Inputs
        .Select(i => (i.Name, stage.Run[i.From].Output?.Find(i.File)?.Digest)).Where(i => i.Digest is not null).Order().Select(i => $"{i.Name}={i.Digest}"));
}
