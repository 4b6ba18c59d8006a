using System.Text.Json;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Report.Page;

/// <summary>The data's fingerprint, versions, machines, and the spec.</summary>
internal static class OriginSection
{
    public static Markup Of(RunFacts facts) => HtmlText.Of(page =>
    {
        var origin = facts.Origin;
        page.Add($"<dl class=\"origin\">\n<div><dt>data</dt><dd><code>{origin.DataPath ?? "unknown"}</code>{(origin.TrainImages is { } n ? $", {Figures.Count(n, "image")} to train on" : "")}{(origin.Skipped is { } skipped ? $"; {skipped}" : "")}</dd></div>\n");
        foreach (var (part, digest) in origin.Digests)
            page.Add($"<div><dt>fingerprint of the {part} part</dt><dd><code class=\"digest\">{digest}</code></dd></div>\n");
        page.Add($"<div><dt>program</dt><dd>DnC.Workflow {origin.Program}; versions of the stages: {string.Join(", ", origin.Versions.Select(v => $"{v.Key} {v.Value}"))}</dd></div>\n");
        if (origin.Machines.Count > 0)
            page.Add($"<div><dt>ran on</dt><dd>{Joined(origin.Machines)}{(Devices(facts) is { Length: > 0 } devices ? $"; {devices}" : "")}</dd></div>\n");
        page.Add($"</dl>\n<details><summary>The spec</summary><pre tabindex=\"0\" role=\"group\" aria-label=\"The spec\">{JsonSerializer.Serialize(origin.Spec, SpecJson.Indented)}</pre></details>\n");
    });

    // A worker is called by its host, its process and more.
    private static string Joined(IReadOnlyList<string> workers)
    {
        var machines = workers.Select(w => w.Split(':')[0]).Distinct(StringComparer.Ordinal).ToList();
        return machines.Count <= 8 ? string.Join(", ", machines) : $"{string.Join(", ", machines.Take(8))} and {machines.Count - 8} more";
    }

    private static string Devices(RunFacts facts) => string.Join(", ", facts.Stages.Where(s => s.Device is not null)
        .GroupBy(s => $"{s.Device}, {s.Precision}, {Figures.Count(s.Threads ?? 1, "thread")}", StringComparer.Ordinal)
        .OrderByDescending(g => g.Count()).Take(4).Select(g => $"{g.Key} ({Figures.Count(g.Count(), "stage")})"));
}
