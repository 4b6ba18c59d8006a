using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Optimization;

/// <summary>Changes parameters in place by their gradients. What it remembers is in <see cref="State"/>, whole.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>One step at this learning rate. Parameters without a gradient stay as they are.</summary>
    void Step(double learningRate);

    /// <summary>Forgets the gradients.</summary>
    void ZeroGradients();

    /// <summary>
    /// Everything a resumed run needs, by name: live tensors, not copies, of the shapes of their parameters. Names and shapes depend on
    /// the parameters alone, so a checkpoint is read back by copying into a new optimiser's state.
    /// </summary>
    IReadOnlyDictionary<string, Tensor> State { get; }
}
