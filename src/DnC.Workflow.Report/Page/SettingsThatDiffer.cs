using System.Text.Json;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;

namespace DnC.Workflow.Report.Page;

/// <summary>The settings in which two specs differ, and the data.</summary>
internal static class SettingsThatDiffer
{
    public static Markup Of(RunFacts one, RunFacts other) => HtmlText.Of(page =>
    {
        var (a, b) = (Flat(one.Origin.Spec), Flat(other.Origin.Spec));
        var differ = a.Keys.Union(b.Keys, StringComparer.Ordinal).Where(k => a.GetValueOrDefault(k) != b.GetValueOrDefault(k)).Order(StringComparer.Ordinal).ToList();
        var sameData = one.Origin.Digests.GetValueOrDefault("train") == other.Origin.Digests.GetValueOrDefault("train");
        page.Add($"<p class=\"say\">{(sameData ? "Both were trained on the same images." : "They were trained on different images: results may differ for that alone.")}{(differ.Count == 0 ? " Their specs are the same." : "")}</p>\n");
        if (differ.Count == 0)
            return;
        page.Add($"<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Settings that differ\"><table class=\"settings\"><thead><tr><th scope=\"col\">setting</th><th scope=\"col\">A</th><th scope=\"col\">B</th></tr></thead><tbody>\n");
        foreach (var key in differ)
            page.Add($"<tr><th scope=\"row\"><code>{Breakable(key)}</code></th><td>{a.GetValueOrDefault(key) ?? "–"}</td><td>{b.GetValueOrDefault(key) ?? "–"}</td></tr>\n");
        page.Add($"</tbody></table></div>\n");
    });

    // On a narrow page a name is broken after its dots, and nowhere else.
    private static Markup Breakable(string key) => HtmlText.Of(page =>
    {
        foreach (var (i, part) in key.Split('.').Index())
            page.Add($"{new Markup(i == 0 ? "" : ".<wbr>")}{part}");
    });

    private static Dictionary<string, string> Flat(JsonElement spec)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        Walk("", spec);
        return settings;

        void Walk(string path, JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                settings[path] = value.ToString();
                return;
            }

            foreach (var property in value.EnumerateObject())
                Walk(path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value);
        }
    }
}
