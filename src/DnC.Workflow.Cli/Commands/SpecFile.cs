using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Commands;

/// <summary>Reading a spec from a file that a person named.</summary>
internal static class SpecFile
{
    private const int MaxBytes = 4 << 20;

    public static RunSpec Read(string path, string? preset, IReadOnlyList<string> overrides)
    {
        if (Directory.Exists(path))
            throw new UserInputException($"{path} is a folder; expected a spec file (workflows/ has ready ones). Images are named with --data.");
        if (!File.Exists(path))
            throw new UserInputException($"There is no spec file '{path}'. Ready specs are in workflows/, as workflows/uncurated-small.json.");
        if (new FileInfo(path).Length > MaxBytes)
            throw new UserInputException($"{path} has more than {MaxBytes >> 20} MB; a spec is a small JSON file. Images are named with --data.");
        return SpecReader.Read(File.ReadAllText(path), path, preset, overrides);
    }
}
