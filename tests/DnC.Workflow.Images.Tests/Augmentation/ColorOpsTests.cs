using DnC.Workflow.Images.Augmentation;

namespace DnC.Workflow.Images.Tests.Augmentation;

public class ColorOpsTests
{
    public static TheoryData<int> Brightness => TorchvisionCases.Starting("brightness");

    public static TheoryData<int> Contrast => TorchvisionCases.Starting("contrast");

    public static TheoryData<int> Saturation => TorchvisionCases.Starting("saturation");

    public static TheoryData<int> Hue => TorchvisionCases.Starting("hue");

    public static TheoryData<int> Others => [.. TorchvisionCases.Starting("grayscale"), .. TorchvisionCases.Starting("solarize")];

    [Theory]
    [MemberData(nameof(Brightness))]
    public void Brightness_as_torchvision(int number) => Check(number, (planes, one) => ColorOps.Brightness(planes, one.Factor), 1e-6f);

    [Theory]
    [MemberData(nameof(Contrast))]
    public void Contrast_as_torchvision(int number) => Check(number, (planes, one) => ColorOps.Contrast(planes, one.Factor), 1e-6f);

    [Theory]
    [MemberData(nameof(Saturation))]
    public void Saturation_as_torchvision(int number) => Check(number, (planes, one) => ColorOps.Saturation(planes, one.Factor), 1e-6f);

    [Theory]
    [MemberData(nameof(Hue))]
    public void Hue_as_torchvision(int number) => Check(number, (planes, one) => ColorOps.Hue(planes, one.Factor), 5e-6f);

    [Theory]
    [MemberData(nameof(Others))]
    public void Grayscale_and_solarize_as_torchvision(int number) =>
        Check(
            number,
            (planes, one) =>
            {
                if (one.Name == "solarize") ColorOps.Solarize(planes);
                else ColorOps.Grayscale(planes);
            },
            1e-6f);

    [Fact]
    public void Jitter_keeps_its_order()
    {
        var jitter = new Jitter(1.3f, 0.7f, 1.2f, 0.05f, JitterStep.Saturation, JitterStep.Contrast, JitterStep.Hue, JitterStep.Brightness);
        Check(Single("jitter"), (planes, _) => ColorOps.Apply(planes, jitter), 1e-5f);
    }

    [Fact]
    public void Normalization_as_torchvision() => Check(Single("normalize"), (planes, _) => Normalization.Apply(planes), 2e-6f);

    [Fact]
    public void Planes_of_unequal_length_are_refused() => Assert.Throws<ArgumentException>(() => ColorOps.Grayscale(new float[10]));

    private static int Single(string name) => TorchvisionCases.All.Index().Single(one => one.Item.Name == name).Index;

    private static void Check(int number, Action<float[], TorchvisionCase> operation, float tolerance)
    {
        var one = TorchvisionCases.All[number];
        var planes = TorchvisionCases.InputOf(one).Data;
        operation(planes, one);
        TorchvisionCases.AssertClose(TorchvisionCases.ExpectedOf(one), planes, tolerance);
    }
}
