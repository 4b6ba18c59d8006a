using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>The checkpoints of one stage in the artifact store, as one attempt of it may use and delete them.</summary>
/// <param name="store">The store.</param>
/// <param name="claim">The attempt.</param>
/// <param name="log">Told of what could not be used or deleted.</param>
internal sealed class SealedCheckpoints(IArtifactStore store, StageClaim claim, AttemptLog log)
{
    /// <summary>The local folder of the attempt's resume point; null where there is none, or its bytes are gone or damaged.</summary>
    /// <param name="keepIn">For a store that has no folder of its own to show.</param>
    public string? OpenResume(string keepIn)
    {
        if (claim.Resume is not { } resume)
            return null;
        try
        {
            var folder = store.OpenFolder(resume.Location, keepIn);
            log.Line($"Goes on from step {resume.Step}.");
            return folder;
        }
        catch (ArtifactLostException e)
        {
            log.Line($"The checkpoint of step {resume.Step} cannot be used: starts afresh. {e.Message}");
            return null;
        }
    }

    /// <summary>
    /// Deletes those of this attempt and earlier ones, but the one that the ledger names. Whoever has lost the stage since cannot reach its
    /// successor's: those are of later attempts, or the very one that it was given.
    /// </summary>
    /// <param name="but">The one that stays, or null.</param>
    public void Drop(CheckpointRef? but)
    {
        var (run, stage) = (claim.Ticket.Run, claim.Node.Name);
        try
        {
            foreach (var location in store.List(Locations.OfStage(run, stage)).Select(s => s.Location).ToList())
            {
                if (Locations.CheckpointAttempt(run, stage, location) is { } of && of.CompareTo((claim.Generation, claim.Attempt)) <= 0 && location != but?.Location)
                    Discard(location);
            }
        }
        catch (IOException e)
        {
            log.Line($"Earlier checkpoints could not be looked for: {e.Message}");
        }
    }

    /// <summary>Deletes one that nobody names. What cannot be deleted costs room only: the stage's next attempt, or the collector, tries again.</summary>
    public void Discard(string location)
    {
        try
        {
            store.Delete(location);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Line($"'{location}' could not be deleted: {e.Message}");
        }
    }
}
