using System.Text.Json;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Ledger;

internal sealed partial class LedgerTransaction
{
    /// <summary>Plans a stage anew that is not running and not done, as is wanted otherwise.</summary>
    public void PlanAnew(StageRow stage, StageWants wants)
    {
        if (wants == StageWants.AsPlanned || stage.State == StageState.Running || stage.State.IsSatisfied())
            return;
        var planned = JsonSerializer.Deserialize<StageNode>(Get<string>("SELECT node FROM stage WHERE id = @Id", new { stage.Id }), SpecJson.Options)!;
        var node = planned with
        {
            Resource = wants.Resource ?? planned.Resource,
            Options = planned.Options with
            {
                TimeoutMinutes = wants.TimeoutMinutes ?? planned.Options.TimeoutMinutes,
                QueueTimeoutMinutes = wants.QueueTimeoutMinutes ?? planned.Options.QueueTimeoutMinutes,
            },
        };
        (stage.Resource, stage.QueueLimit) = (node.Resource, SqlLedger.QueueLimit(node));
        Execute(
            "UPDATE stage SET node = @json, resource = @Resource, queue_limit = @QueueLimit WHERE id = @Id",
            new { json = JsonSerializer.Serialize(node, SpecJson.Options), stage.Resource, stage.QueueLimit, stage.Id });
    }
}
