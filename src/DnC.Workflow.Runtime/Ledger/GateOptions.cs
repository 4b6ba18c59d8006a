using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>What a request wants otherwise than planned of how its stage is run: nothing that changes a result.</summary>
internal sealed class GateOptions
{
    // More is no wait but a mistake; and as milliseconds it would not fit.
    private const double MostMinutes = 525_600;

    private readonly GateRequest _request;

    /// <summary>Takes them from a request.</summary>
    /// <exception cref="UserInputException">They are none.</exception>
    public GateOptions(GateRequest request)
    {
        _request = request;
        if (request.Resource is { } resource && !ResourceClass.IsName(resource))
            throw new UserInputException($"'{resource}' is no name of a resource class: it takes a-z, 0-9, '-' and '_'.");
        Check(request.TimeoutMinutes, "an attempt");
        Check(request.QueueTimeoutMinutes, "waiting for a worker");
    }

    /// <summary>Plans a stage anew that is not running and not done.</summary>
    public void Apply(LedgerTransaction transaction, StageRow stage)
    {
        if ((_request.Resource ?? (object?)_request.TimeoutMinutes ?? _request.QueueTimeoutMinutes) is null || stage.State == StageState.Running || stage.State.IsSatisfied())
            return;
        var planned = JsonSerializer.Deserialize<StageNode>(
            transaction.Get<string>("SELECT node FROM stage WHERE id = @Id", new { stage.Id }), SpecJson.Options)!;
        var node = planned with
        {
            Resource = _request.Resource ?? planned.Resource,
            Options = planned.Options with
            {
                TimeoutMinutes = _request.TimeoutMinutes ?? planned.Options.TimeoutMinutes,
                QueueTimeoutMinutes = _request.QueueTimeoutMinutes ?? planned.Options.QueueTimeoutMinutes,
            },
        };
        (stage.Resource, stage.QueueLimit) = (node.Resource, SqlLedger.QueueLimit(node));
        transaction.Execute(
            "UPDATE stage SET node = @json, resource = @Resource, queue_limit = @QueueLimit WHERE id = @Id",
            new { json = JsonSerializer.Serialize(node, SpecJson.Options), stage.Resource, stage.QueueLimit, stage.Id });
    }

    private static void Check(double? minutes, string of)
    {
        if (minutes is { } given && given is not (>= 0 and <= MostMinutes))
            throw new UserInputException($"{given} is no time limit for {of}: expected minutes from 0 (none) to {MostMinutes:0} (a year).");
    }
}
