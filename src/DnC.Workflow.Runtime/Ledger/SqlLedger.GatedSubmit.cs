using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    // Before anything of the run is settled: nothing of it is ready yet.
    private static void ShutGates(LedgerTransaction transaction, string run)
    {
        transaction.Later("UPDATE run SET gated = TRUE WHERE id = @run", new { run });
        transaction.Later("UPDATE stage SET gate_shut = TRUE, pending = pending + 1 WHERE run_id = @run", new { run });
    }

    private static string SameId(RunSubmission submission, string known) => submission.Id is { } chosen && chosen != known
        ? throw new UserInputException($"Request '{submission.RequestId}' has made run {known}, and cannot make run {chosen}: give it a request id of its own.")
        : known;

    // Ids are names of folders, too, and there are file systems that tell no letters by their case.
    private static string UntakenId(LedgerTransaction transaction, RunSubmission submission, string chosen) =>
        transaction.Find<Entered>("SELECT id AS Id, request_id AS RequestId FROM run WHERE LOWER(id) = LOWER(@chosen)", new { chosen }) is { } taken
            && taken.RequestId != submission.RequestId
            ? throw new UserInputException($"There is a run {taken.Id} already, of another request: choose another id than '{chosen}'.")
            : chosen;
}
