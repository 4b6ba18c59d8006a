using Hangfire;

namespace DnC.Workflow.Runtime.Claim;

/// <summary>What carries rings.</summary>
/// <param name="Storage">Hangfire's storage.</param>
/// <param name="Close">Gives back what the storage holds.</param>
/// <param name="ServerCheck">How often a server looks for others that died.</param>
public sealed record Transport(JobStorage Storage, Action Close, TimeSpan ServerCheck)
{
    /// <summary>How long an ended ring is kept: enough to look at after a failure. History is the ledger's.</summary>
    public static TimeSpan RingsExpireIn { get; } = TimeSpan.FromMinutes(1);
}
