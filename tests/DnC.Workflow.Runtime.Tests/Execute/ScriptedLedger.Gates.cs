using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Execute;

public sealed partial class ScriptedLedger
{
    public GateReply OpenGate(GateRequest request) => throw new NotSupportedException();

    public GateReply WatchRun(RunWatch watch) => throw new NotSupportedException();

    public bool Withdraw(string requestId, bool cancelRun) => throw new NotSupportedException();

    public int OpenAllGates(string run, StageWants? wants = null) => throw new NotSupportedException();

    public bool Redeliver(string requestId) => throw new NotSupportedException();

    public RequestView? FindRequest(string requestId) => throw new NotSupportedException();

    public IReadOnlyList<RequestView> OpenRequests(string? run = null) => throw new NotSupportedException();

    public IReadOnlyList<UndeliveredEnd> Undelivered() => throw new NotSupportedException();
}
