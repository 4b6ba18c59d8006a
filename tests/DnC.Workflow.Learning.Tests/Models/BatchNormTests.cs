using DnC.Workflow.Learning.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Models;

/// <summary>Against TorchSharp's own layers, which PyTorch's names and numbers come from.</summary>
public sealed class BatchNormTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_is_TorchSharps_layer_in_numbers_and_names(bool images)
    {
        using var scope = NewDisposeScope();
        nn.Module<Tensor, Tensor> reference = images ? nn.BatchNorm2d(3) : nn.BatchNorm1d(3);
        using var _ = reference;
        using var norm = new BatchNorm(3);
        foreach (var module in new[] { reference, norm })
        {
            using var noGrad = no_grad();
            module.get_parameter("weight")!.copy_(tensor([0.5f, 1, 2]));
            module.get_parameter("bias")!.copy_(tensor([-1f, 0, 1]));
        }

        for (var step = 0; step < 3; step++)
        {
            var input = arange(3 * 24).to(ScalarType.Float32).mul(0.7 + step).sin();
            input = images ? input.view(6, 3, 2, 2) : input.view(24, 3);
            Assert.Equal(Values(reference.call(input)), Values(norm.call(input)));
        }

        Assert.Equal(reference.state_dict().Keys.Order(), norm.state_dict().Keys.Order());
        Assert.All(reference.state_dict(), entry => Assert.Equal(Values(entry.Value), Values(norm.state_dict()[entry.Key])));
        Assert.Equal(3, norm.state_dict()["num_batches_tracked"].item<long>());

        reference.eval();
        norm.eval();
        var one = ones(images ? [1, 3, 2, 2] : [1, 3]);
        Assert.Equal(Values(reference.call(one)), Values(norm.call(one)));
        Assert.Equal(3, norm.state_dict()["num_batches_tracked"].item<long>());
    }

    private static double[] Values(Tensor tensor) => tensor.to(ScalarType.Float64).flatten().data<double>().ToArray();
}
