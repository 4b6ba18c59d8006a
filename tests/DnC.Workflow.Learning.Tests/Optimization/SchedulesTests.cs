using System.Text.Json.Nodes;
using DnC.Workflow.Learning.Optimization;
using DnC.Workflow.Learning.Tests.Models;

namespace DnC.Workflow.Learning.Tests.Optimization;

public class SchedulesTests
{
    private static readonly JsonNode Fixture = FormulaValues.Fixture("torch-training", "training.json")["schedule"]!;

    [Fact]
    public void RatesAreByols()
    {
        var schedule = new LearningRateSchedule(Base: 0.3, Batch: 512, WarmupSteps: 10, Steps: 100);
        FormulaValues.Near(Fixture["rate"]!.Numbers(), [.. Fixture["steps"]!.Numbers().Select(s => schedule.At((long)s))], 1e-14);
        Assert.Equal(0.6, schedule.Peak, 1e-15);
    }

    [Fact]
    public void TargetMomentumIsThePapers()
    {
        var schedule = new TargetMomentumSchedule(Start: 0.996, Steps: 100);
        FormulaValues.Near(Fixture["target"]!.Numbers(), [.. Fixture["steps"]!.Numbers().Select(s => schedule.At((long)s))], 1e-14);
        Assert.Equal(0.996, schedule.At(0), 1e-15);
        Assert.Equal(1, schedule.At(100));
    }

    [Fact]
    public void WithoutWarmUpItStartsAtThePeakAndAllWarmUpNeverFalls()
    {
        Assert.Equal(0.5, new LearningRateSchedule(0.5, 256, 0, 10).At(0));
        var rising = new LearningRateSchedule(0.5, 256, 10, 10);
        Assert.Equal(0.45, rising.At(9), 1e-15);
        Assert.Equal(0, rising.At(10));
    }
}
