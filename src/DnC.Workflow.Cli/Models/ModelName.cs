using System.Globalization;
using System.Text.RegularExpressions;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Models;

/// <summary>What people call a run's models, and the stages that make them: 'dnc', 'base', 'expert:3', 'base-only', 'dnc@1', 'expert@2:3'.</summary>
internal static partial class ModelName
{
    /// <summary>The stage of a model.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="rounds">Rounds of the run.</param>
    /// <returns>A stage's name, which the run need not have.</returns>
    /// <exception cref="UserInputException">It is no name of a model.</exception>
    public static string StageOf(string model, int rounds) => model switch
    {
        "dnc" => Planner.FinalStage(rounds),
        "base" or "equal-length" => model,
        _ when Planner.DistilledRivals.Contains(model) => $"distill[{model}]",
        _ when Expert().Match(model) is { Success: true } expert => $"expert{Suffix(expert.Groups["round"])}[{expert.Groups["number"].Value}]",
        _ when Round().Match(model) is { Success: true } round && Number(round) <= rounds => Planner.FinalStage(Number(round)),
        _ => throw new UserInputException($"There is no model '{model}': expected dnc, base, expert:3, or a rival (equal-length, {string.Join(", ", Planner.DistilledRivals)}){(rounds > 1 ? ", dnc@1 for the model of the first round, expert@2:3 for an expert of the second" : "")}."),
    };

    /// <summary>The models that a run has now, by the stages that made them.</summary>
    public static IReadOnlyDictionary<string, string> Of(RunView run, int rounds) => run.Stages
        .Where(s => s.Node.Kind is "base" or "expert" or "distill" && s.State is StageState.Succeeded or StageState.Reused && s.Output?.Find(StageFiles.Model) is not null)
        .ToDictionary(s => s.Node.Name, s => Named(s.Node.Name, rounds), StringComparer.Ordinal);

    /// <summary>The round whose clusters were made by a stage's model, or null where none were.</summary>
    public static int? RoundOf(string stage, int rounds) => Enumerable.Range(1, rounds)
        .Where(round => stage == (round == 1 ? "base" : Planner.FinalStage(round - 1))).Select(round => (int?)round).FirstOrDefault();

    private static string Named(string stage, int rounds)
    {
        if (stage == Planner.FinalStage(rounds))
            return "dnc";
        for (var round = 1; round < rounds; round++)
        {
            if (stage == Planner.FinalStage(round))
                return string.Create(CultureInfo.InvariantCulture, $"dnc@{round}");
        }

        var open = stage.IndexOf('[', StringComparison.Ordinal);
        return open < 0 ? stage
            : stage.StartsWith("expert", StringComparison.Ordinal) ? $"{stage[..open]}:{stage[(open + 1)..^1]}"
            : stage[(open + 1)..^1];
    }

    // The first round's stages carry no number; those of rivals' experts their word.
    private static string Suffix(Group round) => round.Success && round.Value != "1" ? "@" + round.Value : "";

    private static int Number(Match round) => int.Parse(round.Groups["round"].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("^expert(@(?<round>[1-9][0-9]{0,2}|random|full-set))?:(?<number>[0-9]{1,6})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Expert();

    [GeneratedRegex("^dnc@(?<round>[1-9][0-9]{0,2})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Round();
}
