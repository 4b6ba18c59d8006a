using System.Runtime.CompilerServices;

namespace DnC.Workflow.Elsa.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    /// <summary>A file of it.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
