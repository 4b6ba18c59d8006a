namespace DnC.Workflow.Learning.Distillation;

/// <summary>Whose outputs the student regresses.</summary>
public enum TargetChoice
{
    /// <summary>Base and the expert of the image's cluster [paper].</summary>
    Both,

    /// <summary>The base alone: a baseline [paper, table 11].</summary>
    Base,

    /// <summary>The expert alone: a baseline [paper, table 11].</summary>
    Experts,
}

/// <summary>The words of a spec's <c>distill.targets</c>.</summary>
public static class TargetChoices
{
    /// <summary>From 'both', 'base' or 'experts'.</summary>
    /// <exception cref="ArgumentException">Another word.</exception>
    public static TargetChoice Parse(string word) => word switch
    {
        "both" => TargetChoice.Both,
        "base" => TargetChoice.Base,
        "experts" => TargetChoice.Experts,
        _ => throw new ArgumentException($"distillation targets '{word}' are not known: take 'both', 'base' or 'experts'", nameof(word)),
    };

    internal static bool HasBase(this TargetChoice choice) => choice != TargetChoice.Experts;

    internal static bool HasExperts(this TargetChoice choice) => choice != TargetChoice.Base;
}
