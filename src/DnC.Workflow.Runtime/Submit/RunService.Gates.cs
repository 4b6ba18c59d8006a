using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Submit;

// For programs that wait for runs and stages. Ids are given in full: what a program means it can name.
public sealed partial class RunService
{
    /// <inheritdoc cref="IGates.OpenGate"/>
    /// <exception cref="UserInputException">No such run or stage; or the request's id is taken.</exception>
    public GateReply OpenGate(GateRequest request) => ledger.OpenGate(request);

    /// <inheritdoc cref="IGates.WatchRun"/>
    /// <exception cref="UserInputException">No such run; or the request's id is taken.</exception>
    public GateReply WatchRun(RunWatch watch) => ledger.WatchRun(watch);

    /// <inheritdoc cref="IGates.Withdraw"/>
    public bool Withdraw(string requestId, bool cancelRun = false) => ledger.Withdraw(requestId, cancelRun);

    /// <inheritdoc cref="IGates.OpenAllGates"/>
    /// <exception cref="UserInputException">No such run, or more than one whose id begins so; or what is wanted is none.</exception>
    public int OpenAllGates(string run, StageWants? wants = null) => ledger.OpenAllGates(Resolve(run), wants);

    /// <inheritdoc cref="IGates.Redeliver"/>
    public bool Redeliver(string requestId) => ledger.Redeliver(requestId);

    /// <inheritdoc cref="IGates.FindRequest"/>
    public RequestView? FindRequest(string requestId) => ledger.FindRequest(requestId);

    /// <inheritdoc cref="IGates.OpenRequests"/>
    public IReadOnlyList<RequestView> OpenRequests(string? run = null) => ledger.OpenRequests(run);

    /// <inheritdoc cref="IGates.Undelivered"/>
    public IReadOnlyList<UndeliveredEnd> Undelivered() => ledger.Undelivered();
}
