using System.Text.Json;
using DnC.Workflow.Cli.Status;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>'status --json' of a root, and what its ledger says beside it.</summary>
public sealed class RunStatus(StatusReport report, string root)
{
    public StatusReport Report { get; } = report;

    public StatusStage this[string stage] => Report.Stages.Single(s => s.Name == stage);

    /// <summary>Stages of a state, in the graph's order.</summary>
    public string[] In(string state) => [.. Report.Stages.Where(s => s.State == state).Select(s => s.Name)];

    public static RunStatus Of(string root, params string[] run)
    {
        var text = DncProcess.Run(["status", .. run, "--json", "--root", root]).Expect(0).Out;
        return new RunStatus(JsonSerializer.Deserialize<StatusReport>(text, SpecJson.Options)!, root);
    }

    /// <summary>Reads the run's ledger.</summary>
    public T Ledger<T>(Func<SqlLedger, string, T> read)
    {
        using var ledger = SqlLedger.OpenReadOnly(Path.Combine(root, "ledger.db"), TimeProvider.System);
        return read(ledger, Report.Id);
    }

    /// <summary>The path of an output file.</summary>
    public string Output(string stage, string file)
    {
        var output = Ledger((ledger, run) => ledger.Find(run)!.Stages.Single(s => s.Node.Name == stage).Output!);
        return Path.Combine(root, "artifacts", output.Find(file) is ArtifactFile found ? Path.Combine(found.Location, found.Name) : throw new FileNotFoundException(file));
    }
}
