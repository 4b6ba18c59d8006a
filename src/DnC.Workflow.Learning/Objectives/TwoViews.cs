using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Objectives;

/// <summary>A network's projections of the two views of one batch: row i of both belongs to image i.</summary>
/// <param name="First">(B, d), not normalised.</param>
/// <param name="Second">(B, d), not normalised.</param>
public readonly record struct TwoViews(Tensor First, Tensor Second)
{
    /// <summary>Rows of length 1, in single precision (double for double inputs), whatever autocast made of the projections.</summary>
    public TwoViews Unit() => new(Unit(First), Unit(Second));

    private static Tensor Unit(Tensor rows) =>
        nn.functional.normalize(rows.dtype is ScalarType.Float64 ? rows : rows.to(ScalarType.Float32), dim: 1);
}
