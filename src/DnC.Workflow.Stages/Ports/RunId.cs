using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Stages.Ports;

/// <summary>Ids of runs that a caller chose: safe as a word on a command line, in a path, and in an address.</summary>
public static class RunId
{
    /// <summary>No longer than this.</summary>
    public const int MaxLength = 64;

    /// <summary>Accepts a caller's id or says what is wrong with it.</summary>
    /// <exception cref="UserInputException">It is none.</exception>
    public static string Check(string id)
    {
        var isGood = id.Length is > 0 and <= MaxLength && char.IsAsciiLetterOrDigit(id[0])
            && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        return isGood
            ? id
            : throw new UserInputException(
                $"'{id}' is no id for a run: letters, digits, '-' and '_', the first a letter or digit, up to {MaxLength} in all.");
    }
}
