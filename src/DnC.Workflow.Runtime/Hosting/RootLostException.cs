namespace DnC.Workflow.Runtime.Hosting;

/// <summary>The root's lock file was deleted or replaced under a running engine: another engine may be at work on the same ledger. Stop.</summary>
/// <param name="root">The root folder.</param>
public sealed class RootLostException(string root) : Exception($"'{Path.Combine(root, "engine.lock")}' is no longer this engine's: it was deleted or replaced. Nothing of a running root may be deleted.");
