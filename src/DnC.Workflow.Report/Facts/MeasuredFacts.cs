using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Report.Facts;

/// <summary>What evaluation says of a run.</summary>
/// <param name="Rows">The table, as far as it is measured: of the whole test set first.</param>
/// <param name="FewLabels">Networks fine-tuned on few labels.</param>
/// <param name="Clusters">Clusters against labels, a round each, as far as they are measured.</param>
/// <param name="Worth">Sentences on whether more base training or dividing is the better use of time.</param>
/// <param name="Skipped">Why there is no table ('no labels'), or null.</param>
public sealed record MeasuredFacts(
    IReadOnlyList<EvaluationRow> Rows, IReadOnlyList<FewLabelsRow> FewLabels, IReadOnlyList<ClusterMetrics> Clusters, IReadOnlyList<string> Worth, string? Skipped)
{
    /// <summary>The row of a model on the whole test set, or null.</summary>
    public EvaluationRow? Whole(string model) => Rows.FirstOrDefault(r => r.Subset is null && r.Model == model);
}
