namespace DnC.Workflow.Bench;

/// <summary>How the rows are measured.</summary>
/// <param name="Quick">Small sizes and few repeats: shows that every row works, and about where it stands.</param>
/// <param name="Device">Of the training steps: 'cpu' or 'cuda:N'.</param>
/// <param name="Python">The peers' interpreter.</param>
/// <param name="Pictures">Where rows that draw one put it; null: nowhere.</param>
public sealed record BenchSettings(bool Quick, string Device, string Python, string? Pictures = null)
{
    /// <summary>Interleaved measurements of each side.</summary>
    public int Repeats => Quick ? 3 : 5;

    /// <summary>The one value or the other.</summary>
    public T Pick<T>(T quick, T whole) => Quick ? quick : whole;
}
