using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Tests.Loading;

public class DerivedRandomTests
{
    [Fact]
    public void Words_are_SplitMix64s()
    {
        // First outputs of the reference implementation (Vigna, splitmix64.c) for the state 1234567.
        var draws = new DerivedRandom(1234567);
        Assert.Equal(6457827717110365317UL, draws.NextWord());
        Assert.Equal(3203168211198807973UL, draws.NextWord());
        Assert.Equal(9817491932198370423UL, draws.NextWord());
    }

    [Fact]
    public void Every_part_of_the_purpose_matters()
    {
        var keys = new HashSet<ulong>();
        for (ulong seed = 0; seed < 10; seed++)
            for (var epoch = 0; epoch < 10; epoch++)
                for (ulong image = 0; image < 10; image++)
                    for (var view = 0; view < 2; view++)
                        Assert.True(keys.Add(DerivedRandom.ForView(seed, epoch, image, view).NextWord()));
    }

    [Fact]
    public void Neighbouring_purposes_are_unrelated()
    {
        var units = Enumerable.Range(0, 20_000).Select(image => DerivedRandom.ForView(1, 0, (ulong)image, 0).NextUnit()).ToArray();
        Assert.InRange(units.Average(), 0.49, 0.51);
        Assert.InRange(units.Zip(units.Skip(1), (a, b) => (a - 0.5) * (b - 0.5)).Average() * 12, -0.035, 0.035);
    }

    [Fact]
    public void Hash_of_an_id_is_stable()
    {
        Assert.Equal(303228644690782709UL, DerivedRandom.HashOf("ä1"));
        Assert.NotEqual(DerivedRandom.HashOf("pretrain-000000.tar/000001.png"), DerivedRandom.HashOf("pretrain-000000.tar/000002.png"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Below_is_uniform(int bound)
    {
        var draws = new DerivedRandom(5);
        var counts = new int[bound];
        for (var i = 0; i < 100 * bound; i++) counts[draws.Below(bound)]++;
        var chi = counts.Sum(count => (count - 100.0) * (count - 100) / 100);
        Assert.InRange(chi, 0, bound + 5 * Math.Sqrt(2.0 * bound) + 5);
    }

    [Fact]
    public void Normal_has_mean_0_and_variance_1()
    {
        var draws = new DerivedRandom(11);
        var values = Enumerable.Range(0, 50_000).Select(_ => draws.Normal()).ToArray();
        Assert.InRange(values.Average(), -0.02, 0.02);
        Assert.InRange(values.Average(value => value * value), 0.97, 1.03);
    }

    [Fact]
    public void A_bound_of_nothing_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DerivedRandom(1).Below(0));
    }
}
