using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>
/// Limited-memory BFGS for a smooth, strictly convex function [Liu and Nocedal, 1989]: the two-loop recursion over the last m steps, and a step
/// length halved from 1 until the decrease is sufficient (Armijo). Strict convexity makes every step's curvature positive, so no Wolfe search is
/// needed.
/// </summary>
/// <remarks>libtorch's own has no line search where TorchSharp reaches it, and no end but a number of iterations.</remarks>
public sealed class Lbfgs
{
    private const double SufficientDecrease = 1e-4;
    private const int Halvings = 40;

    /// <summary>Steps whose curvature is kept, m.</summary>
    public int Memory { get; init; } = 10;

    /// <summary>Iterations at most.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>It has converged where no derivative is larger than this.</summary>
    public double GradientTolerance { get; init; } = 1e-6;

    /// <summary>It has converged, too, where an iteration gains less than this share of the value: what float64 can tell apart.</summary>
    public double DecreaseTolerance { get; init; } = 1e-12;

    /// <summary>Minimises.</summary>
    /// <param name="start">(n) float64; not changed.</param>
    /// <param name="function">From a point (n) to the value and the gradient (n), float64, which belong to this search afterwards.</param>
    /// <returns>The point (n), the caller's, and the iterations made.</returns>
    public (Tensor Point, int Iterations) Minimize(Tensor start, Func<Tensor, (double Value, Tensor Gradient)> function)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(function);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var past = new List<(Tensor Step, Tensor Change, double Curvature)>();
        var point = start.clone();
        var (value, gradient) = function(point);
        var iteration = 0;
        for (; iteration < Iterations && Largest(gradient) > GradientTolerance; iteration++)
        {
            if (Next(past, point, value, gradient, function) is not { } next)
                break;
            var (step, change) = (next.Point.sub(point), next.Gradient.sub(gradient));
            var curvature = Dot(step, change);
            var gain = value - next.Value;
            if (curvature > 0)
                past.Add((step, change, curvature));
            if (past.Count > Memory)
            {
                past[0].Step.Dispose();
                past[0].Change.Dispose();
                past.RemoveAt(0);
            }

            point.Dispose();
            gradient.Dispose();
            (point, value, gradient) = next;
            if (gain <= DecreaseTolerance * Math.Max(1e-300, Math.Abs(value)))
                break;
        }

        return (point.MoveToOuterDisposeScope(), iteration);
    }

    /// <summary>The next point down along the direction; null where there is none that float64 can tell from this one.</summary>
    private static (Tensor Point, double Value, Tensor Gradient)? Next(
        List<(Tensor Step, Tensor Change, double Curvature)> past, Tensor point, double value, Tensor gradient, Func<Tensor, (double Value, Tensor Gradient)> function)
    {
        using var scope = NewDisposeScope();
        var direction = Direction(past, gradient);
        var slope = Dot(gradient, direction);
        // The first direction is the bare gradient, which knows no length.
        var length = past.Count == 0 ? Math.Min(1, 1 / Math.Sqrt(Dot(gradient, gradient))) : 1;
        for (var halving = 0; halving < Halvings && slope < 0; halving++, length /= 2)
        {
            using Scalar factor = length;
            var candidate = point.add(direction, factor);
            var (there, derivative) = function(candidate);
            if (double.IsFinite(there) && there <= value + (SufficientDecrease * length * slope))
                return (candidate.MoveToOuterDisposeScope(), there, derivative.MoveToOuterDisposeScope());
            candidate.Dispose();
            derivative.Dispose();
        }

        return null;
    }

    /// <summary>−H·g, H the inverse Hessian as the kept steps tell it [Nocedal and Wright, algorithm 7.4].</summary>
    private static Tensor Direction(List<(Tensor Step, Tensor Change, double Curvature)> past, Tensor gradient)
    {
        var direction = gradient.neg();
        var weights = new double[past.Count];
        for (var i = past.Count - 1; i >= 0; i--)
        {
            weights[i] = Dot(past[i].Step, direction) / past[i].Curvature;
            using Scalar factor = -weights[i];
            direction.add_(past[i].Change, factor);
        }

        if (past.Count > 0)
        {
            using Scalar scale = past[^1].Curvature / Dot(past[^1].Change, past[^1].Change);
            direction.mul_(scale);
        }

        for (var i = 0; i < past.Count; i++)
        {
            using Scalar factor = weights[i] - (Dot(past[i].Change, direction) / past[i].Curvature);
            direction.add_(past[i].Step, factor);
        }

        return direction;
    }

    private static double Dot(Tensor a, Tensor b)
    {
        using var product = a.dot(b);
        return product.item<double>();
    }

    private static double Largest(Tensor gradient)
    {
        using var size = gradient.abs();
        using var largest = size.max();
        return largest.item<double>();
    }
}
