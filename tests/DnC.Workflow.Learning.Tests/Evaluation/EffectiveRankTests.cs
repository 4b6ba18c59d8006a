using DnC.Workflow.Learning.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Evaluation;

public sealed class EffectiveRankTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Equal_directions_count_fully_and_a_line_counts_once()
    {
        Assert.Equal(7, EffectiveRank.Of(eye(7, dtype: ScalarType.Float64))!.Value, 1e-12);
        Assert.Equal(1, EffectiveRank.Of(ones(9, 4, dtype: ScalarType.Float64))!.Value, 1e-6);
    }

    [Fact]
    public void It_is_the_formula_in_singular_values()
    {
        // Rows of a rotated diagonal have the diagonal as their singular values.
        var (c, s) = (Math.Cos(0.7), Math.Sin(0.7));
        var matrix = tensor(new[] { 3 * c, -3 * s, 1 * s, 1 * c }).reshape(2, 2);
        var expected = Math.Exp(-((0.75 * Math.Log(0.75)) + (0.25 * Math.Log(0.25))));
        Assert.Equal(expected, EffectiveRank.Of(matrix)!.Value, 1e-12);
    }

    [Fact]
    public void Without_a_finite_direction_there_is_none()
    {
        Assert.Null(EffectiveRank.Of(zeros(3, 3)));
        Assert.Null(EffectiveRank.Of(tensor(new[] { float.NaN, 1f }).reshape(1, 2)));
    }
}
