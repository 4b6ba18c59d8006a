using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Tests.Augmentation;

public class ViewAugmenterTests
{
    private readonly PlanarImage _image = TorchvisionCases.InputOf(TorchvisionCases.All[0]);

    [Fact]
    public void A_view_is_its_steps_in_order()
    {
        var jitter = new Jitter(1.2f, 0.8f, 1.1f, -0.06f, JitterStep.Hue, JitterStep.Brightness, JitterStep.Contrast, JitterStep.Saturation);
        var plan = new ViewPlan(new CropBox(3, 2, 20, 18), Flip: true, jitter, Gray: true, Sigma: 0.9f, Solarize: true);
        var expected = new float[3 * 32 * 32];
        new CropResize().Crop(_image, plan.Crop, 32, true, expected);
        ColorOps.Hue(expected, -0.06f);
        ColorOps.Brightness(expected, 1.2f);
        ColorOps.Contrast(expected, 0.8f);
        ColorOps.Saturation(expected, 1.1f);
        ColorOps.Grayscale(expected);
        new GaussianBlur().Apply(expected, 32, 32, 3, 0.9f);
        ColorOps.Solarize(expected);
        Normalization.Apply(expected);
        var actual = new float[expected.Length];
        new ViewAugmenter().Augment(_image, plan, 32, actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Views_of_every_side_are_finite_and_depend_on_the_plan_alone()
    {
        var used = new ViewAugmenter();
        for (var i = 0; i < 300; i++)
        {
            var side = 5 + i % 40;
            var plan = ViewPlan.Draw(ViewRecipe.Byol.View2, _image.Width, _image.Height, DerivedRandom.ForView(1, 2, (ulong)i, 1));
            var view = new float[3 * side * side];
            var again = new float[view.Length];
            used.Paint(_image, plan, side, view);
            new ViewAugmenter().Paint(_image, plan, side, again);
            Assert.Equal(again, view);
            Assert.All(view, value => Assert.InRange(value, 0f, 1f));
        }
    }

    [Fact]
    public void Views_make_no_garbage()
    {
        var augmenter = new ViewAugmenter();
        var view = new float[3 * 32 * 32];
        Run(500);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(500);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int views)
        {
            for (var i = 0; i < views; i++)
            {
                var plan = ViewPlan.Draw(ViewRecipe.Byol.View1, _image.Width, _image.Height, DerivedRandom.ForView(1, 2, (ulong)i, 1));
                augmenter.Augment(_image, plan, 32, view);
            }
        }
    }
}
