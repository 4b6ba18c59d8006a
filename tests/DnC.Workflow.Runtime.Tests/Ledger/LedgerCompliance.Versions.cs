using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class LedgerCompliance
{
    [Fact]
    public void OnlyAnEngineOfTheVersionThatARunWasPlannedWithClaims()
    {
        var run = Ledger.Submit(Planned(2));
        Assert.Equal(2, Bench.Stage(run, "a").Version);
        Assert.Null(Bench.TryClaim(version: 1));
        Assert.Null(Bench.TryClaim(version: 3));
        var claim = Bench.TryClaim(version: 2);
        Assert.NotNull(claim);
        Bench.Complete(claim);

        // An engine of another version beside it changes nothing of the run.
        Assert.Null(Bench.TryClaim(version: 1));
        Assert.Equal("b", Bench.TryClaim(version: 2)?.Ticket.Stage);
    }

    [Fact]
    public void ARunThatSaysNoVersionIsClaimedByAny()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        Assert.Null(Bench.Stage(run, "a").Version);
        Assert.NotNull(Bench.TryClaim(version: 7));
    }

    [Fact]
    public void OfTwoVersionsSideBySideEachTakesItsOwnRuns()
    {
        Ledger.Submit(Planned(1) with { RequestId = "old", Priority = 1 });
        var newer = Ledger.Submit(Planned(2) with { RequestId = "new" });
        Assert.Equal(newer, Bench.TryClaim(version: 2)?.Ticket.Run);
        Assert.Null(Bench.TryClaim(version: 2));
        Assert.NotNull(Bench.TryClaim(version: 1));
    }

    [Theory]
    [InlineData("start")]
    [InlineData("continue")]
    [InlineData("rerun")]
    public void WhoGoesOnWithARunDoesSoWithTheProgramAtHand(string how)
    {
        var run = Ledger.Submit(Planned(1));
        var old = Bench.Claim("a");
        if (how == "rerun")
        {
            Bench.Complete(old);
            Ledger.Fail(Bench.Claim("b").Ticket, Mishap with { Retryable = false });
        }
        else
        {
            Ledger.Fail(old.Ticket, Mishap with { Retryable = false });
        }

        var upgraded = new RunService(Ledger, Version(2));
        switch (how)
        {
            case "start": Assert.Equal(new StartedRun(run, WentOn: true), upgraded.Start(Planned(1) with { RequestId = "again" })); break;
            case "continue": upgraded.Continue(run); break;
            default: upgraded.Rerun(run, "a"); break;
        }

        Assert.Null(Bench.TryClaim(version: 1));
        var claim = Bench.TryClaim(version: 2);
        Assert.Equal("a", claim?.Ticket.Stage);
        Assert.NotEqual(old.Key, claim?.Key);
        Bench.Complete(claim!);
        if (how == "rerun")
            Assert.Equal(StageState.Ready, Bench.State(run, "b"));
    }

    [Fact]
    public void GoingOnWithOtherOptionsChangesWhatIsNotRunning()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        Bench.Claim("a");
        var moved = Plans.Graph(Plans.Node("a") with { Resource = "gpu" }, Plans.Node("b", "a") with { Resource = "gpu" });
        Ledger.Continue(run, Plans.Submission(moved));
        Assert.Equal(["cpu", "gpu"], Bench.View(run).Stages.Select(s => s.Node.Resource));
    }

    private static Dictionary<string, int> Version(int version) => new(StringComparer.Ordinal) { ["noop"] = version };

    private static RunSubmission Planned(int version) =>
        Plans.Submission(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a"))) with { Versions = Version(version) };
}
