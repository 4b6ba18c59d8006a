namespace DnC.Workflow.Report.Facts;

/// <summary>The curves of one training.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Group">'base', 'expert' or 'distill': trainings whose losses may be held side by side.</param>
/// <param name="Points">Points that its file has.</param>
/// <param name="Loss">Mean loss since the point before.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="GradientNorm">Of the last step.</param>
/// <param name="ImagesPerSecond">A measure of the machine.</param>
/// <param name="EmbeddingRank">Effective rank of a batch's projections.</param>
public sealed record CurveFacts(
    string Stage, string Group, long Points, SeriesFacts Loss, SeriesFacts LearningRate, SeriesFacts GradientNorm, SeriesFacts ImagesPerSecond, SeriesFacts EmbeddingRank);

/// <summary>A curve, thinned out so that its smallest and largest values stay.</summary>
/// <param name="Steps">Rising.</param>
/// <param name="Values">As many.</param>
public sealed record SeriesFacts(IReadOnlyList<long> Steps, IReadOnlyList<double> Values)
{
    /// <summary>No point at all.</summary>
    public static SeriesFacts None { get; } = new([], []);
}
