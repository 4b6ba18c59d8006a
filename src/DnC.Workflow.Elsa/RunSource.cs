using System.Text.RegularExpressions;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Elsa;

/// <summary>What a workflow says of the run that it starts.</summary>
/// <param name="Spec">The spec as JSON, or the name of one in the server's folder of specs.</param>
/// <param name="Data">The folder of images, as this server and the workers see it; null: the spec's.</param>
/// <param name="Overrides">'path=value', one each.</param>
public sealed partial record RunSource(string? Spec, string? Data, IReadOnlyList<string> Overrides)
{
    private const int MaxBytes = 4 << 20;

    /// <summary>Reads the spec, indexes the data, and plans the run.</summary>
    /// <param name="folder">Where specs are that are named.</param>
    /// <param name="requestId">The request's.</param>
    /// <exception cref="UserInputException">Anything is wrong with it.</exception>
    public RunSubmission Submission(string folder, string requestId)
    {
        var (text, name) = Read(folder);
        return DataIndex.Of(SpecReader.Read(text, name, overrides: Overrides), Data is { Length: > 0 } ? Data : null, verify: false).Submission(requestId);
    }

    private (string Text, string Name) Read(string folder)
    {
        var spec = Spec?.Trim();
        if (string.IsNullOrEmpty(spec))
            throw new UserInputException($"No spec: give one as JSON, or the name of one of {folder}: {Names(folder)}.");
        if (spec[0] is '{' or '/')
            return spec.Length <= MaxBytes ? (spec, "the spec") : throw new UserInputException($"The spec has {spec.Length} characters; a spec is a small JSON file.");
        var path = Path.Combine(folder, spec + ".json");
        if (!Name().IsMatch(spec) || !File.Exists(path))
            throw new UserInputException($"There is no spec '{spec}' in {folder}: {Names(folder)}. Or give one as JSON.");
        return new FileInfo(path).Length <= MaxBytes ? (File.ReadAllText(path), spec + ".json") : throw new UserInputException($"{path} has more than {MaxBytes >> 20} MB; a spec is a small JSON file.");
    }

    private static string Names(string folder) => Directory.Exists(folder)
        ? string.Join(", ", Directory.EnumerateFiles(folder, "*.json").Select(Path.GetFileNameWithoutExtension).Where(n => !n!.EndsWith(".schema", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        : "there is none";

    // No separators: nothing outside the folder is ever read.
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
    private static partial Regex Name();
}
