namespace DnC.Workflow.Learning.Models;

/// <summary>
/// Floating-point operations by formula: two for a multiply-accumulate of a convolution or a fully connected layer, nothing for the
/// rest; a backward pass counts twice its forward pass. This is the field's usual count, and the same for every phase.
/// </summary>
public static class Flops
{
    private const int PerMac = 2;
    private const int ForwardAndBackward = 3;

    /// <summary>A forward pass through backbone and projector, per image of this side.</summary>
    public static double Forward(Encoder encoder, int side)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return (double)PerMac * encoder.Macs(side);
    }

    /// <summary>A forward pass through a head, per row.</summary>
    public static double Forward(Mlp head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return (double)PerMac * head.Macs;
    }

    /// <summary>Forward and backward pass of what costs this much forward.</summary>
    public static double Trained(double forward) => ForwardAndBackward * forward;

    /// <summary>
    /// A training step of an objective on two views, per image: both views forward and backward through the online network and its
    /// predictor, where there is one, and, with a target network, both forward through it.
    /// </summary>
    public static double TwoViewStep(Encoder encoder, int side, bool hasTarget, Mlp? predictor = null)
    {
        var forward = Forward(encoder, side);
        return 2 * (Trained(forward + (predictor is null ? 0 : Forward(predictor))) + (hasTarget ? forward : 0));
    }
}
