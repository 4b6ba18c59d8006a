namespace DnC.Workflow.Report.Page;

/// <summary>The models of the evaluation table: their order, and what each is.</summary>
internal static class ModelRank
{
    private static readonly (string Model, string Says)[] Known =
    [
        ("chance", "guessing"),
        ("raw pixels", "no network"),
        ("base", "before dividing"),
        ("dnc", "the distilled model"),
        ("equal-length", "the base alone, as long as all of DnC"),
        ("base-only", "distilled from the base alone"),
        ("experts-only", "distilled from the experts alone"),
        ("random-partitions", "experts of random parts"),
        ("full-set-experts", "experts of all images"),
        ("cached-teachers", "distilled with cached targets"),
        ("augmented-teachers", "distilled with augmented targets"),
    ];

    /// <summary>Its place in a table.</summary>
    public static int Of(string model)
    {
        var at = Array.FindIndex(Known, k => k.Model == model);
        // Models of earlier rounds stand between the base and the last one.
        return at >= 0 ? 10 * at : model.StartsWith("dnc@", StringComparison.Ordinal) ? 25 : int.MaxValue;
    }

    /// <summary>What it is, in a few words.</summary>
    public static string Says(string model) =>
        Known.FirstOrDefault(k => k.Model == model).Says ?? (model.StartsWith("dnc@", StringComparison.Ordinal) ? $"the model of round {model[4..]}" : "");
}
