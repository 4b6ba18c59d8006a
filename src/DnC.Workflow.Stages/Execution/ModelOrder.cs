namespace DnC.Workflow.Stages.Execution;

/// <summary>The order of models in every table: what needs no training, the base, the rivals, earlier rounds, the model itself; last the base at equal length.</summary>
public static class ModelOrder
{
    private static readonly string[] Known =
    [
        "chance", "raw pixels", "base", "base-only", "experts-only", "full-set-experts", "random-partitions", "cached-teachers", "augmented-teachers", "dnc@", "dnc", "equal-length",
    ];

    /// <summary>The place of a model, from 0; unknown ones stand behind all others.</summary>
    public static int Of(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var at = Array.IndexOf(Known, IsEarlierRound(model) ? "dnc@" : model);
        return at >= 0 ? at : Known.Length;
    }

    /// <summary>Whether it is the model of a round before the last: 'dnc@1'.</summary>
    public static bool IsEarlierRound(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.StartsWith("dnc@", StringComparison.Ordinal);
    }

    /// <summary>Models in their order; rounds by number, others of one place by name.</summary>
    public static IOrderedEnumerable<T> InModelOrder<T>(this IEnumerable<T> rows, Func<T, string> model) => rows.OrderBy(r => Of(model(r))).ThenInRound(model);

    /// <summary>As <see cref="InModelOrder"/>, among rows that have an order already.</summary>
    public static IOrderedEnumerable<T> ThenInModelOrder<T>(this IOrderedEnumerable<T> rows, Func<T, string> model) => rows.ThenBy(r => Of(model(r))).ThenInRound(model);

    // A longer number is a larger one.
    private static IOrderedEnumerable<T> ThenInRound<T>(this IOrderedEnumerable<T> rows, Func<T, string> model) =>
        rows.ThenBy(r => model(r).Length).ThenBy(model, StringComparer.Ordinal);
}
