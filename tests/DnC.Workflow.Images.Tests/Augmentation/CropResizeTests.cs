using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Decoding;

namespace DnC.Workflow.Images.Tests.Augmentation;

public class CropResizeTests
{
    public static TheoryData<int> Crops => TorchvisionCases.Starting("crop");

    public static TheoryData<int> Plains => TorchvisionCases.Starting("plain");

    [Theory]
    [MemberData(nameof(Crops))]
    public void Crop_and_resize_as_torchvision_antialiased_bicubic(int number)
    {
        var one = TorchvisionCases.All[number];
        var actual = new float[3 * one.Side * one.Side];
        new CropResize().Crop(TorchvisionCases.InputOf(one), one.Crop, one.Side, one.Flip, actual);
        TorchvisionCases.AssertClose(TorchvisionCases.ExpectedOf(one), actual, 2e-6f);
    }

    [Theory]
    [MemberData(nameof(Plains))]
    public void Plain_view_as_torchvision_resize_and_center_crop(int number)
    {
        var one = TorchvisionCases.All[number];
        var whole = new float[3 * one.Side * one.Side];
        new CropResize().Plain(TorchvisionCases.InputOf(one), one.Side, whole);
        var rows = Enumerable.Range(0, 3 * one.Side).Where(row => row % one.Side % one.EveryRow == 0);
        var actual = rows.SelectMany(row => whole.AsSpan(row * one.Side, one.Side).ToArray()).ToArray();
        TorchvisionCases.AssertClose(TorchvisionCases.ExpectedOf(one), actual, 2e-6f);
    }

    [Fact]
    public void Buffers_used_before_leave_no_trace()
    {
        var resize = new CropResize();
        var cases = TorchvisionCases.All.Where(one => one.CropWidth > 0).ToArray();
        foreach (var one in cases.Concat(cases.Reverse()))
        {
            var actual = new float[3 * one.Side * one.Side];
            resize.Crop(TorchvisionCases.InputOf(one), one.Crop, one.Side, one.Flip, actual);
            TorchvisionCases.AssertClose(TorchvisionCases.ExpectedOf(one), actual, 2e-6f);
        }
    }

    [Fact]
    public void Small_plain_views_show_the_whole_image()
    {
        var image = new PlanarImage(40, 20);
        for (var x = 0; x < 40; x++)
            for (var y = 0; y < 20; y++) image.Plane(0)[y * 40 + x] = x / 39f;
        var view = new float[3 * 20 * 20];
        new CropResize().Plain(image, 20, view);
        Assert.InRange(view[0], 0, 0.03f);
        Assert.InRange(view[19], 0.97f, 1);
    }

    [Theory]
    [InlineData(-1, 0, 5, 5)]
    [InlineData(0, 6, 5, 5)]
    [InlineData(8, 0, 3, 5)]
    [InlineData(0, 0, 0, 5)]
    public void A_box_outside_the_image_is_refused(int left, int top, int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new CropResize().Crop(new PlanarImage(10, 10), new CropBox(left, top, width, height), 8, false, new float[192]));

    [Fact]
    public void A_target_too_short_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new CropResize().Crop(new PlanarImage(10, 10), new CropBox(0, 0, 10, 10), 8, false, new float[191]));
}
