using System.Text.RegularExpressions;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Submit;

/// <summary>Specs as a front is given them: JSON, or the name of one in a folder.</summary>
/// <param name="Folder">Where those are that may be named. Nothing outside it is ever read.</param>
public sealed partial record NamedSpecs(string Folder)
{
    private const int MaxBytes = 4 << 20;
    private const int MostShown = 100;

    /// <summary>Reads one.</summary>
    /// <param name="spec">JSON, or a name.</param>
    /// <param name="overrides">'path=value', one each.</param>
    /// <exception cref="UserInputException">It is neither, or wrong.</exception>
    public RunSpec Read(string? spec, IReadOnlyList<string> overrides)
    {
        var (text, name) = Find(spec?.Trim());
        return SpecReader.Read(text, name, overrides: overrides);
    }

    private (string Text, string Name) Find(string? spec)
    {
        if (string.IsNullOrEmpty(spec))
            throw new UserInputException($"No spec: give one as JSON, or the name of one of {Folder}: {Names()}.");
        if (spec[0] is '{' or '/')
            return spec.Length <= MaxBytes ? (spec, "the spec") : throw new UserInputException($"The spec has {spec.Length} characters; a spec is a small JSON file.");
        var path = Path.Combine(Folder, spec + ".json");
        if (!Name().IsMatch(spec) || !File.Exists(path))
            throw new UserInputException($"There is no spec '{(spec.Length <= MostShown ? spec : spec[..MostShown] + "…")}' in {Folder}: {Names()}. Or give one as JSON.");
        return new FileInfo(path).Length <= MaxBytes ? (File.ReadAllText(path), spec + ".json") : throw new UserInputException($"{path} has more than {MaxBytes >> 20} MB; a spec is a small JSON file.");
    }

    private string Names() => Directory.Exists(Folder)
        ? string.Join(", ", Directory.EnumerateFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Where(n => !n!.EndsWith(".schema", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        : "there is none";

    // No separators.
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
    private static partial Regex Name();
}
