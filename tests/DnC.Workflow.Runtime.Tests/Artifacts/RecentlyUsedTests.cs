using DnC.Workflow.Runtime.Artifacts;

namespace DnC.Workflow.Runtime.Tests.Artifacts;

public class RecentlyUsedTests
{
    [Fact]
    public void What_was_used_last_is_kept_and_no_more_than_it_may_hold()
    {
        var kept = new RecentlyUsed<int>(atMost: 3);
        foreach (var i in Enumerable.Range(0, 3))
            kept.Set($"{i}", i);
        Assert.True(kept.TryGet("0", out var zero));
        Assert.Equal(0, zero);
        kept.Set("3", 3);
        kept.Set("3", 33);
        Assert.Equal([true, false, true, true], Enumerable.Range(0, 4).Select(i => kept.TryGet($"{i}", out _)));
        Assert.True(kept.TryGet("3", out var three));
        Assert.Equal((33, 3), (three, kept.Count));
        kept.Remove("3");
        kept.Remove("never there");
        Assert.False(kept.TryGet("3", out _));
        Assert.Equal(2, kept.Count);
    }
}
