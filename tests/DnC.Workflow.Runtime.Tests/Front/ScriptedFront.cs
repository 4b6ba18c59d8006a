using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Runtime.Submit;

namespace DnC.Workflow.Runtime.Tests.Front;

/// <summary>A front whose store is a few lists, to be left by a test as a crash could have left it.</summary>
internal sealed class ScriptedFront : IFront
{
    public string Name => "front";

    public List<FrontWait> Waits { get; } = [];

    /// <summary>Waits that only the index still has.</summary>
    public HashSet<string> Stale { get; } = [];

    public Dictionary<string, OwnerState> Owners { get; } = [];

    /// <summary>Owners that cannot be looked at.</summary>
    public HashSet<string> Broken { get; } = [];

    public List<string> Resumed { get; } = [];

    public List<(string Owner, string Text)> Told { get; } = [];

    public Task<IReadOnlyList<FrontWait>> WaitsAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<FrontWait>>([.. Waits]);

    public Task<bool> StillWaitsAsync(FrontWait wait, CancellationToken stop) =>
        Broken.Contains(wait.Owner) ? throw new InvalidOperationException("its state cannot be read") : Task.FromResult(!Stale.Contains(wait.RequestId));

    public Task<OwnerState> StateAsync(string owner, CancellationToken stop) => Task.FromResult(Owners.GetValueOrDefault(owner));

    public Task ResumeAsync(string request, CancellationToken stop)
    {
        Resumed.Add(request);
        return Task.CompletedTask;
    }

    public Task TellAsync(string owner, IReadOnlyList<WaitReason> missing, CancellationToken stop)
    {
        Told.Add((owner, string.Join(' ', missing.Select(m => m.Text))));
        return Task.CompletedTask;
    }
}
