using System.ComponentModel;
using System.Reflection;

namespace DnC.Workflow.Runtime.Execute.Child;

/// <summary>How to start a stage's process. No shell: a file and its arguments.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">What makes it call <see cref="ChildMain.Main"/>.</param>
public sealed record ChildCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>This very program with other arguments, whether it was started by its own name or as 'dotnet PROGRAM.dll'.</summary>
    public static ChildCommand Self(params string[] arguments)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is not known.");
        var assembly = Assembly.GetEntryAssembly()?.Location;
        return Path.GetFileNameWithoutExtension(program) == "dotnet" && !string.IsNullOrEmpty(assembly)
            ? new ChildCommand(program, [assembly, .. arguments])
            : new ChildCommand(program, arguments);
    }

    /// <summary>What to tell a person of a program that the system does not start.</summary>
    public string Complaint(Win32Exception refused) =>
        $"the program of its stages' processes does not start ({refused.Message.TrimEnd('.')}). Put '{FileName}' back, or start the worker again from where it is now.";

    /// <summary>Looks whether the program is there: a sentence with the way out if it is not, else null.</summary>
    public string? Missing()
    {
        string[] files = [FileName, .. Arguments.Take(1).Where(a => a.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))];
        return files.FirstOrDefault(f => Path.IsPathRooted(f) && !File.Exists(f)) is { } missing
            ? $"the program of its stages' processes, '{missing}', is gone. Put it back, or start the worker again from where it is now."
            : null;
    }
}
