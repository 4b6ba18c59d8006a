using System.Security.Cryptography;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Elsa.Host;

/// <summary>The administrator's password: given, or on this machine alone drawn anew at each start and told on the terminal.</summary>
/// <param name="Text">The password. Never logged where it was given.</param>
/// <param name="IsDrawn">Whether it was drawn.</param>
internal sealed record AdminPassword(string Text, bool IsDrawn)
{
    /// <summary>The variable of the environment that may hold it.</summary>
    public const string Variable = "DNC_ELSA_PASSWORD";

    private const int Shortest = 8;
    private const int DrawnLength = 16;
    private const int LongestFile = 4096;

    /// <summary>Finds the password.</summary>
    /// <param name="file">The file that holds it, or null.</param>
    /// <param name="isLoopback">Whether only this machine can reach the server.</param>
    /// <exception cref="UserInputException">There is none where one must be given, or it is too short.</exception>
    public static AdminPassword Find(string? file, bool isLoopback)
    {
        if ((file is null ? Environment.GetEnvironmentVariable(Variable) : Read(file)) is not { Length: > 0 } given)
        {
            return isLoopback
                ? new AdminPassword(RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", DrawnLength), IsDrawn: true)
                : throw new UserInputException($"Other machines can reach this server: it needs a password. Give it in a file with --password-file FILE, or in {Variable}.");
        }

        return given.Length >= Shortest
            ? new AdminPassword(given, IsDrawn: false)
            : throw new UserInputException($"The password has {given.Length} characters; expected {Shortest} or more.");
    }

    private static string Read(string file)
    {
        try
        {
            return new FileInfo(file).Length <= LongestFile
                ? File.ReadAllText(file).Trim()
                : throw new UserInputException($"{file} has more than {LongestFile} bytes; expected a password and nothing else.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"The password file '{file}' cannot be read: {e.Message}", e);
        }
    }
}
