namespace DnC.Workflow.Learning.Evaluation;

/// <summary>Settings of <see cref="LinearProbe"/>; defaults are the paper's for uncurated data where it states them [paper, E].</summary>
public sealed record LinearProbeSettings
{
    /// <summary>Passes over the rows [paper].</summary>
    public int Epochs { get; init; } = 80;

    /// <summary>Rows in a step [paper]; all of them where there are fewer.</summary>
    public int Batch { get; init; } = 1024;

    /// <summary>Base rates per 256 rows, of which the best on the validation rows is taken; of equals the first [paper].</summary>
    public IReadOnlyList<double> Rates { get; init; } = [1.0, 0.6, 0.4, 0.2, 0.1];

    /// <summary>Share of the rows that chooses the rate [ours]; 0 takes the first rate.</summary>
    public double ValidationShare { get; init; } = 0.2;

    /// <summary>Nesterov momentum [paper: without its value; byol: 0.9].</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Weight decay, not for biases [byol: none].</summary>
    public double WeightDecay { get; init; }
}
