namespace DnC.Workflow.Learning.Optimization;

/// <summary>
/// The learning rate of each step: base · batch/256, reached linearly from 0 over the warm-up, then a half cosine to 0 at the end
/// [paper, E; form by byol]. A function of the step alone: a resumed run needs nothing stored.
/// </summary>
/// <param name="Base">Base rate, per 256 images.</param>
/// <param name="Batch">Images in a step.</param>
/// <param name="WarmupSteps">Steps of warm-up; 0 starts at the full rate.</param>
/// <param name="Steps">Length of the training.</param>
public sealed record LearningRateSchedule(double Base, int Batch, long WarmupSteps, long Steps)
{
    /// <summary>Highest rate.</summary>
    public double Peak => Base * Batch / 256;

    /// <summary>Rate of a step, counted from 0.</summary>
    public double At(long step) =>
        step < WarmupSteps
            ? Peak * step / WarmupSteps
            : Peak * Cosine.Falling(step - WarmupSteps, Steps - WarmupSteps);
}

/// <summary>Momentum τ of the target network: 1 − (1 − τ₀)(cos(πk/K) + 1)/2, so τ₀ at first and 1 at the end [paper, E].</summary>
/// <param name="Start">τ₀; 0.996 in the paper.</param>
/// <param name="Steps">K, the length of the training.</param>
public sealed record TargetMomentumSchedule(double Start, long Steps)
{
    /// <summary>τ after a step, counted from 0.</summary>
    public double At(long step) => 1 - (1 - Start) * Cosine.Falling(step, Steps);
}

internal static class Cosine
{
    /// <summary>(1 + cos(π·min(k/n, 1)))/2: from 1 to 0.</summary>
    public static double Falling(long k, long n) => n <= 0 || k >= n ? 0 : 0.5 * (1 + Math.Cos(Math.PI * k / n));
}
