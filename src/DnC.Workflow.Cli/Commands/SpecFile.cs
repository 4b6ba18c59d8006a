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
        return SpecReader.Read(Text(path), path, preset, overrides);
    }

    // Bounded by what is read, not by the length that the system tells: a pipe or device tells none.
    private static string Text(string path)
    {
        var buffer = new byte[MaxBytes + 1];
        int length;
        try
        {
            using var file = File.OpenRead(path);
            length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"The spec file '{path}' cannot be read: {e.Message} Give this user the right to read it, or name another.", e);
        }

        if (length > MaxBytes)
            throw new UserInputException($"{path} has more than {MaxBytes >> 20} MB; a spec is a small JSON file. Images are named with --data.");
        return SpecText.Decode(buffer.AsSpan(0, length), path);
    }
}
