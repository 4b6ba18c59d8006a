using System.Globalization;
using DnC.Workflow.Runtime.Front;

namespace DnC.Workflow.Runtime.Tests.Front;

public sealed class RotaTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(45)]
    public void EachHasItsTurnAndNoneTwiceBeforeAllHad(int count)
    {
        var rota = new Rota(10);
        string[] all = [.. Enumerable.Range(0, count).Select(i => i.ToString("D3", CultureInfo.InvariantCulture))];
        var turns = Enumerable.Range(0, 3 * count).SelectMany(_ => rota.Next(all.Reverse())).ToArray();
        foreach (var round in turns.Chunk(count).Where(r => r.Length == count))
            Assert.Equal(all, round.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OneThatStaysHasItsTurnWhileOthersComeAndGo()
    {
        var rota = new Rota(10);
        var passes = 0;
        while (!rota.Next([.. Enumerable.Range(0, 95).Select(i => $"{passes % 10}-{i:D2}"), "5-stays"]).Contains("5-stays"))
            passes++;
        Assert.InRange(passes, 0, 20);
    }

    [Fact]
    public void OfNoneNoneHasItsTurn()
    {
        var rota = new Rota(2);
        Assert.Empty(rota.Next([]));
        Assert.Equal(["a", "b"], rota.Next(["c", "b", "a"]));
        Assert.Empty(rota.Next([]));
        Assert.Equal(["c"], rota.Next(["c"]));
    }
}
