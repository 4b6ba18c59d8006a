using System.Globalization;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'gpu:1,cpu:2': resource classes with how many stages of each run at once.</summary>
internal static class QueueList
{
    private const int MaxSlots = 1024;

    /// <exception cref="UserInputException">It is not of that form.</exception>
    public static IReadOnlyDictionary<string, int> Parse(string text)
    {
        var slots = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var (name, number) = part.Split(':') switch
            {
                [var only] => (only, "1"),
                [var first, var second] => (first, second),
                _ => throw Wrong(part),
            };
            if (!ResourceClass.IsName(name) || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > MaxSlots)
                throw Wrong(part);
            if (!slots.TryAdd(name, count))
                throw new UserInputException($"--queues {text}: '{name}' is there twice; name each class once, as gpu:1,cpu:2.");
        }

        return slots;
    }

    /// <summary>The same, for people.</summary>
    public static string Text(IReadOnlyDictionary<string, int> slots) => string.Join(", ", slots.Select(s => $"{s.Key}:{s.Value}"));

    private static UserInputException Wrong(string part) =>
        new($"--queues: '{part}' is no class with slots. Expected as gpu:1,cpu:2: names of a-z, 0-9, '-' and '_', slots from 1 to {MaxSlots}.");
}
