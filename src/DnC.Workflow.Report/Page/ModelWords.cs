using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Report.Page;

/// <summary>What the models of the evaluation table are.</summary>
internal static class ModelWords
{
    /// <summary>What it is, in a few words; empty of an unknown one.</summary>
    public static string Says(string model) => model switch
    {
        "chance" => "guessing",
        "raw pixels" => "no network",
        "base" => "before dividing",
        "base-only" => "distilled from the base alone",
        "experts-only" => "distilled from the experts alone",
        "full-set-experts" => "experts of all images",
        "random-partitions" => "experts of random parts",
        "cached-teachers" => "distilled with cached targets",
        "augmented-teachers" => "distilled with augmented targets",
        "dnc" => "the distilled model",
        "equal-length" => "the base alone, as long as all of DnC",
        _ => ModelOrder.IsEarlierRound(model) ? $"the model of round {model[4..]}" : "",
    };
}
