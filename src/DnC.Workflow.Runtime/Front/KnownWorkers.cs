using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Front;

/// <summary>Answers who serves which classes: the ledger's workers, or the engine in this process.</summary>
public delegate IReadOnlyList<WorkerView> KnownWorkers();
