using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DnC.Workflow.Stages.Spec;

/// <summary>The reference of the spec as Markdown, from the same shape as reader and schema.</summary>
public static class SpecReference
{
    /// <summary>A section for each object, a row for each setting.</summary>
    public static string Text()
    {
        var text = new StringBuilder();
        text.Append("# The run spec\n\nGenerated from the records in `src/DnC.Workflow.Stages/Spec`; do not edit. ")
            .Append("A spec is JSON with comments; every setting has a default, the paper's where the paper states one. ")
            .Append("\"Ours\" marks a choice of this project. Settings marked * leave the result as it is: changing them re-uses what is there.\n");
        Section(text, SpecShape.Root, "");
        text.Append("\n## presets\n\n`presets` names sets of settings that are laid over the rest of the file; `preset` (or `--preset` on the command line) says which one applies.\n");
        return text.ToString();
    }

    private static void Section(StringBuilder text, SpecShape shape, string path)
    {
        text.Append("\n## ").Append(path.Length == 0 ? "the spec" : path).Append("\n\n").Append(shape.Text).Append("\n\n| setting | takes | default | |\n|---|---|---|---|\n");
        foreach (var setting in shape.Settings.Where(s => s.Kind != SpecKind.Object))
        {
            text.Append("| `").Append(setting.Name).Append('`').Append(setting.InKey ? "" : " *")
                .Append(" | ").Append(Takes(setting))
                .Append(" | ").Append(setting.Default is null ? "" : "`" + JsonSerializer.Serialize(setting.Default, SpecJson.Options) + "`")
                .Append(" | ").Append(setting.Text).Append(" |\n");
        }

        foreach (var setting in shape.Settings.Where(s => s.Kind == SpecKind.Object))
            Section(text, setting, path.Length == 0 ? setting.Name : $"{path}.{setting.Name}");
    }

    private static string Takes(SpecShape setting)
    {
        var kind = setting.Kind == SpecKind.List ? SpecShape.KindOf(setting.Type) : setting.Kind;
        var one = setting.Choice is { } choice
            ? string.Join(", ", choice.Words.Select(w => $"`{w}`"))
            : setting.Pattern is { } form ? form.Words
            : kind switch { SpecKind.Text => "text", SpecKind.Flag => "true, false", SpecKind.Whole => "whole number", _ => "number" };
        if (setting.Range is { } range)
            one += string.Create(CultureInfo.InvariantCulture, $" {(range.ExclusiveMin ? ">" : "≥")} {range.Min}, ≤ {range.Max}");
        return setting.Kind == SpecKind.List ? "list of " + one : one;
    }
}
