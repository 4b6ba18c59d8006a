using System.Diagnostics;
using System.Text.Json;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Bench.Durability;

/// <summary>The peer of workers: processes that train one model after the other, started by hand, without ledger or queue.</summary>
public static class BareTraining
{
    /// <summary>In that process: trains.</summary>
    /// <param name="script">A file with a list of invocations.</param>
    public static int Run(string script)
    {
        foreach (var invocation in JsonSerializer.Deserialize<List<StageInvocation>>(File.ReadAllBytes(script), SpecJson.Options)!)
        {
            var outcome = BodyRun.Execute([.. PhaseCatalog.All], invocation, new StageReport(_ => { }, _ => { }, _ => { }), (_, _) => true, () => false);
            if (outcome is not AttemptOutcome.Finished)
            {
                Console.Error.WriteLine(outcome);
                return 1;
            }
        }

        return 0;
    }

    /// <summary>Seconds that processes take which share the invocations.</summary>
    public static double Time(string folder, IReadOnlyList<StageInvocation> invocations, int processes)
    {
        var start = TimeProvider.System.GetTimestamp();
        var running = new List<Process>();
        for (var i = 0; i < processes; i++)
        {
            var script = Path.Combine(folder, $"bare-{i}.json");
            File.WriteAllBytes(script, JsonSerializer.SerializeToUtf8Bytes(invocations.Where((_, n) => n % processes == i).ToList(), SpecJson.Options));
            var self = ChildCommand.Self("bare", script);
            running.Add(Process.Start(self.FileName, self.Arguments));
        }

        foreach (var process in running)
        {
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException("A bare training failed.");
            process.Dispose();
        }

        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }
}
