namespace DnC.Workflow.Bench;

/// <summary>Repeated measurements of one thing.</summary>
public static class Sample
{
    /// <summary>The value below which a share of the measurements lies, by the nearest rank.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="share">In (0, 1].</param>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var ordered = values.Order().ToArray();
        return ordered[Math.Clamp((int)Math.Ceiling(share * ordered.Length) - 1, 0, ordered.Length - 1)];
    }

    /// <summary>The middle one.</summary>
    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);
}
