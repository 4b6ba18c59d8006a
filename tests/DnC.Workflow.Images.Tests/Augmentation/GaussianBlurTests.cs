using DnC.Workflow.Images.Augmentation;

namespace DnC.Workflow.Images.Tests.Augmentation;

public class GaussianBlurTests
{
    public static TheoryData<int> Blurs => TorchvisionCases.Starting("blur");

    [Theory]
    [MemberData(nameof(Blurs))]
    public void Blur_as_torchvision(int number)
    {
        var one = TorchvisionCases.All[number];
        var planes = TorchvisionCases.InputOf(one).Data;
        new GaussianBlur().Apply(planes, one.Width, one.Height, one.Kernel, one.Sigma);
        TorchvisionCases.AssertClose(TorchvisionCases.ExpectedOf(one), planes, 2e-6f);
    }

    [Theory]
    [InlineData(224, 23)]
    [InlineData(96, 9)]
    [InlineData(32, 3)]
    [InlineData(8, 1)]
    public void Kernel_is_a_tenth_of_the_side_made_odd(int side, int kernel) => Assert.Equal(kernel, GaussianBlur.KernelFor(side));

    [Theory]
    [InlineData(4, 1f)]
    [InlineData(23, 1f)]
    [InlineData(3, 0f)]
    public void Kernels_that_cannot_be_are_refused(int kernel, float sigma) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianBlur().Apply(new float[3 * 11 * 12], 12, 11, kernel, sigma));
}
