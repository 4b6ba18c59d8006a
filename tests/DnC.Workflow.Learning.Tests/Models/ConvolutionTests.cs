using DnC.Workflow.Learning.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Models;

/// <summary>Against libtorch's convolution in double precision, which oneDNN has no part in.</summary>
public class ConvolutionTests
{
    [Theory]
    [InlineData(4, 8, 1, 2)] // a short cut of a narrow network: a product here
    [InlineData(4, 8, 1, 1)]
    [InlineData(15, 4, 1, 2)]
    [InlineData(16, 8, 1, 2)]
    [InlineData(4, 8, 3, 2)]
    public void Outputs_and_gradients_are_the_convolutions(int inputs, int outputs, int kernel, int stride)
    {
        using var scope = NewDisposeScope();
        using var layer = new Convolution(inputs, outputs, kernel, stride, kernel / 2);
        using (no_grad())
            layer.Weight.copy_(FormulaValues.Of("weight", outputs, inputs, kernel, kernel));
        // An odd side and an odd batch.
        var images = FormulaValues.Of("images", 5, inputs, 7, 7).to(ScalarType.Float32).requires_grad_(true);
        var gradient = FormulaValues.Of("gradient", 5, outputs, layer.OutputSide(7), layer.OutputSide(7)).to(ScalarType.Float32);
        var result = layer.call(images);
        (result * gradient).sum().backward();

        var (wide, weight) = (images.detach().to(ScalarType.Float64).requires_grad_(true), layer.Weight.detach().to(ScalarType.Float64).requires_grad_(true));
        var expected = nn.functional.conv2d(wide, weight, strides: [stride, stride], padding: [kernel / 2, kernel / 2]);
        (expected * gradient.to(ScalarType.Float64)).sum().backward();
        Near(expected, result);
        Near(wide.grad!, images.grad!);
        Near(weight.grad!, layer.Weight.grad!);
        Assert.Equal(1, result.stride(1));
    }

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True((expected - actual).abs().max().item<double>() <= 1e-5 * Math.Max(1, expected.abs().max().item<double>()));
    }
}
