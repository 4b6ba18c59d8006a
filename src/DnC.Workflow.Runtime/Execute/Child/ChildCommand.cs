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
}
