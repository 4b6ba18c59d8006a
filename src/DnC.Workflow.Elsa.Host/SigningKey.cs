using System.Security.Cryptography;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Elsa.Host;

/// <summary>The key that signs access tokens: drawn once and kept in the root, so that a restart signs nobody out.</summary>
internal static class SigningKey
{
    /// <summary>The variable of the environment that may hold it: the same one for all servers behind one address.</summary>
    public const string Variable = "DNC_ELSA_SIGNING_KEY";

    private const int Shortest = 32;

    /// <summary>Finds the key, or draws one.</summary>
    /// <exception cref="UserInputException">It is too short, or cannot be kept.</exception>
    public static string Find(string root)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return given.Length >= Shortest
                ? given
                : throw new UserInputException($"The key in {Variable} has {given.Length} characters; expected {Shortest} or more.");
        }

        var path = Path.Combine(root, "elsa-signing.key");
        try
        {
            if (File.Exists(path) && File.ReadAllText(path) is { Length: >= Shortest } kept)
                return kept;
            var drawn = RandomNumberGenerator.GetHexString(64);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var writer = new StreamWriter(path, options);
            writer.Write(drawn);
            return drawn;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"The key that signs access tokens cannot be kept in '{root}': {e.Message} Choose another folder with --root DIR.", e);
        }
    }
}
