namespace DnC.Workflow.Stages.Ports;

/// <summary>Wakes whoever serves a resource class. Duplicate, late and lost rings are harmless: the ledger decides, the reconciler re-rings.</summary>
public interface IDoorbell
{
    /// <summary>Something of this class may be ready.</summary>
    void Ring(string resource);
}
