using DnC.Workflow.Bench;
using DnC.Workflow.Bench.Clustering;
using DnC.Workflow.Bench.Durability;
using DnC.Workflow.Bench.Growth;
using DnC.Workflow.Bench.Startup;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Runtime.Execute.Child;

// What the benchmarks start of themselves, and the two that have a command line of their own.
return args switch
{
    ["worker", var script] => await WorkerProcess.Serve(WorkerScript.Read(script)),
    ["stage"] => ChildMain.Main([.. PhaseCatalog.All], TimeProvider.System),
    ["bare", var script] => BareTraining.Run(script),
    ["parts", var script] => StartParts.Run(script),
    ["grow", var name, var size] => GrownProcess.Run(name, size),
    ["clustering", .. var shape] => ClusteringRun.Run(shape),
    ["durability", .. var rows] => await DurabilityRows.Run(rows),
    _ => BenchCommand.Build().Parse(args).Invoke(),
};
