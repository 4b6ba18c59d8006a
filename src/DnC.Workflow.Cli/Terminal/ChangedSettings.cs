using System.Text.Json;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>What tells runs of one spec apart: the settings in which those of one name differ.</summary>
public static class ChangedSettings
{
    private const int Shown = 4;

    /// <summary>By run: 'distill.learningRate=0.4'; of one whose name no other has, and of those that are all alike, nothing.</summary>
    /// <param name="runs">Those that are listed.</param>
    /// <param name="specs">Their specs as JSON, by run.</param>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<RunSummary> runs, IReadOnlyDictionary<string, string> specs)
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var alike in runs.Where(r => specs.ContainsKey(r.Id)).GroupBy(r => r.Name, StringComparer.Ordinal))
        {
            var settings = alike.ToDictionary(r => r.Id, r => Flat(specs[r.Id]), StringComparer.Ordinal);
            var paths = settings.Values.SelectMany(s => s.Keys).Distinct(StringComparer.Ordinal)
                .Where(p => settings.Values.Select(s => s.GetValueOrDefault(p)).Distinct(StringComparer.Ordinal).Skip(1).Any()).ToList();
            foreach (var (run, values) in settings)
                told[run] = string.Join(' ', paths.Where(values.ContainsKey).Take(Shown).Select(p => $"{p}={values[p]}")) + (paths.Count > Shown ? " …" : "");
        }

        return told;
    }

    private static Dictionary<string, string> Flat(string spec)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(spec);
        Add(document.RootElement, "");
        return flat;

        void Add(JsonElement value, string path)
        {
            if (value.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in value.EnumerateObject())
                    Add(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}");
            }
            else
            {
                flat[path] = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            }
        }
    }
}
