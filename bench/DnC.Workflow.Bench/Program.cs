using DnC.Workflow.Bench;
using DnC.Workflow.Bench.Clustering;
using DnC.Workflow.Bench.Durability;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.Postgres;

// What the benchmarks start of themselves.
switch (args)
{
    case ["worker", var script]:
        return await WorkerProcess.Serve(WorkerScript.Read(script));
    case ["stage"]:
        return ChildMain.Main([.. PhaseCatalog.All], TimeProvider.System);
    case ["bare", var script]:
        return BareTraining.Run(script);
    case ["clustering", .. var shape]:
        return ClusteringRun.Run(shape);
}

if (args is not ["durability", .. var rows])
{
    Console.Error.WriteLine($"Say: durability [{string.Join('|', DurabilityRows.All.Keys)}]… [--out FILE], or clustering ROWS COLUMNS K fp32|fp16 cosine|euclidean");
    return 2;
}

string? file = null;
if (rows is [.. var before, "--out", var named])
    (rows, file) = (before, named);
if (rows.FirstOrDefault(r => !DurabilityRows.All.ContainsKey(r)) is { } unknown)
{
    Console.Error.WriteLine($"There is no row '{unknown}'; there are {string.Join(", ", DurabilityRows.All.Keys)}.");
    return 2;
}

if (!PrivatePostgres.Available(out var why))
{
    Console.Error.WriteLine(why);
    return 2;
}

using var server = new Databases();
var report = new Report(file, $"{Environment.ProcessorCount} cores, PostgreSQL {server.Version} on the same machine with fsync on, .NET {Environment.Version}.");
foreach (var row in rows.Length > 0 ? rows : [.. DurabilityRows.All.Keys])
{
    Console.Error.WriteLine($"{row} …");
    report.Add(await DurabilityRows.All[row](server));
}

return 0;
