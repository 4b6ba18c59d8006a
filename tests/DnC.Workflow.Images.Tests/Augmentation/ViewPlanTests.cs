using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Tests.Augmentation;

public class ViewPlanTests
{
    private const int Draws = 20_000;

    [Fact]
    public void Byol_view_1_follows_the_table() => CheckShares(ViewRecipe.Byol.View1, 0.8, 0.2, 1, 0);

    [Fact]
    public void Byol_view_2_follows_the_table() => CheckShares(ViewRecipe.Byol.View2, 0.8, 0.2, 0.1, 0.2);

    [Fact]
    public void Small_views_have_no_blur()
    {
        CheckShares(ViewRecipe.Small.View1, 0.8, 0.2, 0, 0);
        CheckShares(ViewRecipe.Small.View2, 0.8, 0.2, 0, 0.2);
    }

    [Fact]
    public void Crops_stay_inside_and_follow_area_and_aspect()
    {
        // On a large square image a try fails only where the aspect does not fit, so small areas are undisturbed.
        var plans = Plans(ViewRecipe.Byol.View1, 1000, 1000);
        Assert.All(plans, plan => Assert.True(plan.Crop is { Left: >= 0, Top: >= 0 } box && box.Left + box.Width <= 1000 && box.Top + box.Height <= 1000));
        var areas = plans.Select(plan => plan.Crop.Width * plan.Crop.Height / 1e6).ToArray();
        Assert.InRange(areas.Min(), 0.079, 0.082);
        Assert.InRange(areas.Max(), 0.99, 1);
        // Below area 3/4 every aspect fits: uniform there.
        var middle = areas.Where(area => area < 0.75).ToArray();
        Assert.InRange(middle.Average(), (0.08 + 0.75) / 2 - 0.006, (0.08 + 0.75) / 2 + 0.006);
        var logs = plans.Where(plan => plan.Crop.Width * plan.Crop.Height < 750_000)
            .Select(plan => Math.Log((double)plan.Crop.Width / plan.Crop.Height) / Math.Log(4.0 / 3)).ToArray();
        Assert.InRange(logs.Average(), -0.02, 0.02);
        Assert.InRange(logs.Select(log => log * log).Average(), 1 / 3.0 - 0.015, 1 / 3.0 + 0.015);
        Assert.InRange(plans.Select(plan => plan.Crop.Left / (1001.0 - plan.Crop.Width)).Average(), 0.49, 0.51);
        Assert.InRange(plans.Select(plan => plan.Crop.Top / (1001.0 - plan.Crop.Height)).Average(), 0.49, 0.51);
    }

    [Theory]
    [InlineData(100, 4)]
    [InlineData(4, 100)]
    [InlineData(1, 1)]
    public void Images_no_crop_fits_get_the_largest_centred_box(int width, int height)
    {
        foreach (var plan in Plans(ViewRecipe.Byol.View1 with { AreaLow = 1 }, width, height).Take(200))
        {
            var box = plan.Crop;
            Assert.InRange((double)box.Width / box.Height, 0.7, 1.4);
            Assert.Equal(Math.Min(width, height), Math.Min(box.Width, box.Height));
            Assert.Equal((width - box.Width) / 2, box.Left);
            Assert.Equal((height - box.Height) / 2, box.Top);
        }
    }

    [Fact]
    public void Factors_are_uniform_and_orders_equally_likely()
    {
        var plans = Plans(ViewRecipe.Byol.View1, 64, 64);
        var jitters = plans.Where(plan => plan.Jitter is not null).Select(plan => plan.Jitter!.Value).ToArray();
        Uniform(jitters.Select(jitter => (double)jitter.Brightness), 0.6, 1.4);
        Uniform(jitters.Select(jitter => (double)jitter.Contrast), 0.6, 1.4);
        Uniform(jitters.Select(jitter => (double)jitter.Saturation), 0.8, 1.2);
        Uniform(jitters.Select(jitter => (double)jitter.Hue), -0.1, 0.1);
        Uniform(plans.Select(plan => (double)plan.Sigma!.Value), 0.1, 2);
        var orders = jitters.CountBy(jitter => (jitter.First, jitter.Second, jitter.Third, jitter.Fourth)).ToArray();
        Assert.Equal(24, orders.Length);
        var expected = jitters.Length / 24.0;
        Assert.InRange(orders.Sum(order => (order.Value - expected) * (order.Value - expected) / expected), 5, 49.7);
    }

    [Fact]
    public void Changing_one_chance_leaves_every_other_draw()
    {
        var steps = ViewRecipe.Byol.View1;
        var before = Plans(steps, 64, 48).Take(500);
        var after = Plans(steps with { JitterChance = 0, BlurChance = 0.5, FlipChance = 1 }, 64, 48).Take(500);
        Assert.All(before.Zip(after), pair =>
        {
            Assert.Equal(pair.First.Crop, pair.Second.Crop);
            Assert.Equal(pair.First.Gray, pair.Second.Gray);
            Assert.Equal(pair.First.Solarize, pair.Second.Solarize);
            if (pair.Second.Sigma is { } sigma) Assert.Equal(pair.First.Sigma, sigma);
        });
    }

    [Fact]
    public void Recipes_are_found_by_name()
    {
        Assert.Same(ViewRecipe.Byol, ViewRecipe.Named("byol"));
        Assert.Same(ViewRecipe.Small, ViewRecipe.Named("small"));
        Assert.Contains("'byol', 'small'", Assert.Throws<ArgumentException>(() => ViewRecipe.Named("strong")).Message, StringComparison.Ordinal);
    }

    private static void CheckShares(ViewSteps steps, double jitter, double gray, double blur, double solarize)
    {
        var plans = Plans(steps, 64, 64);
        Share(plans, plan => plan.Flip, 0.5);
        Share(plans, plan => plan.Jitter is not null, jitter);
        Share(plans, plan => plan.Gray, gray);
        Share(plans, plan => plan.Sigma is not null, blur);
        Share(plans, plan => plan.Solarize, solarize);
    }

    // Five standard errors: with these fixed seeds the draws either follow the table or are far off.
    private static void Share(ViewPlan[] plans, Func<ViewPlan, bool> happens, double probability) =>
        Assert.InRange(plans.Count(happens) / (double)plans.Length - probability, -5 * Error(probability), 5 * Error(probability));

    private static double Error(double probability) => Math.Sqrt(probability * (1 - probability) / Draws) + 1e-12;

    private static void Uniform(IEnumerable<double> values, double low, double high)
    {
        var units = values.Select(value => (value - low) / (high - low)).Order().ToArray();
        Assert.InRange(units[0], -1e-6, 0.01);
        Assert.InRange(units[^1], 0.99, 1 + 1e-6);
        // Kolmogorov and Smirnov at 0.1 %.
        var distance = units.Select((unit, rank) => Math.Abs(unit - (rank + 0.5) / units.Length)).Max();
        Assert.InRange(distance, 0, 1.95 / Math.Sqrt(units.Length));
    }

    private static ViewPlan[] Plans(ViewSteps steps, int width, int height) =>
        [.. Enumerable.Range(0, Draws).Select(image => ViewPlan.Draw(steps, width, height, DerivedRandom.ForView(7, 3, (ulong)image, 0)))];
}
