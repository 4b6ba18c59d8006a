using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Evaluation;

public class LbfgsTests
{
    [Theory]
    [InlineData(3, 10)]
    [InlineData(60, 10)]
    [InlineData(60, 3)]
    public void A_quadratic_of_any_size_is_solved_as_its_linear_system_is(int size, int memory)
    {
        using var scope = NewDisposeScope();
        var root = FormulaValues.Of("a", size, size);
        var matrix = root.mm(root.t()) + eye(size, dtype: ScalarType.Float64).mul(0.05);
        var right = FormulaValues.Of("b", size);
        var (point, iterations) = new Lbfgs { Memory = memory, Iterations = 5000, GradientTolerance = 1e-10, DecreaseTolerance = 1e-16 }.Minimize(zeros(size, ScalarType.Float64), x =>
        {
            var product = matrix.mv(x);
            return (0.5 * x.dot(product).item<double>() - x.dot(right).item<double>(), product - right);
        });

        FormulaValues.Near(linalg.solve(matrix, right).Values(), point.Values(), 1e-5);
        Assert.InRange(iterations, 2, 4999);
    }

    [Fact]
    public void The_start_is_left_as_it_is_and_a_minimum_ends_at_once()
    {
        using var scope = NewDisposeScope();
        var start = zeros(4, ScalarType.Float64);
        var (point, iterations) = new Lbfgs().Minimize(start, x => (x.dot(x).item<double>(), x * 2));

        Assert.Equal(0, iterations);
        Assert.NotSame(start, point);
        Assert.Equal(new double[4], start.Values());
    }

    [Fact]
    public void A_step_that_would_leave_the_functions_range_is_shortened()
    {
        // −Σ log x + Σ x has its minimum at 1, and no value below 0: a whole step from near 0 overshoots.
        using var scope = NewDisposeScope();
        var (point, _) = new Lbfgs { GradientTolerance = 1e-9 }.Minimize(tensor(new[] { 0.01, 0.5, 40.0 }), x =>
            (x.Values().Any(v => v <= 0) ? double.PositiveInfinity : x.Values().Sum(v => v - Math.Log(v)), 1 - x.reciprocal()));

        FormulaValues.Near([1, 1, 1], point.Values(), 1e-6);
    }
}
