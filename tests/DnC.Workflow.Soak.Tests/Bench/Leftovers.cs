using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.TestHost.Journals;

namespace DnC.Workflow.Soak.Tests.Bench;

/// <summary>What is there after all workers have stopped and should not be.</summary>
public static class Leftovers
{
    /// <summary>
    /// Claims, processes, and what lies in work folders beside logs; but for attempts whose worker died: its child may write for a moment
    /// longer than the next worker takes to sweep, and that is swept the next time.
    /// </summary>
    public static IEnumerable<string> Find(SoakBench bench)
    {
        foreach (var claim in bench.Query("SELECT c.worker, s.name FROM dnc.claim c JOIN dnc.stage s ON s.id = c.stage_id", r => $"{r.GetString(0)} of {r.GetString(1)}"))
            yield return $"claim: {claim}";
        if (bench.Alive() is > 0 and var alive)
            yield return $"{alive} processes";
        var left = Journal.ReadAll(bench.Journal).Where(j => j.Fact == JournalFact.Left)
            .Select(j => Locations.OfAttempt(j.Run, j.Stage, j.Generation, j.Attempt)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(bench.Work, "*", SearchOption.AllDirectories))
        {
            // WORKER/work/RUN/STAGE/ATTEMPT/…
            var below = Path.GetRelativePath(bench.Work, file).Split('/');
            if (below.Length > 5 && below[1] == "work" && below is not [_, _, _, _, _, "log.txt"] && left.Contains($"{below[2]}/{below[3]}.{below[4]}"))
                yield return $"in a work folder: {file}";
        }
    }
}
