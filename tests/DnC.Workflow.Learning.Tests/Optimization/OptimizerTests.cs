using System.Text.Json.Nodes;
using DnC.Workflow.Learning.Optimization;
using DnC.Workflow.Learning.Tests.Models;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Optimization;

/// <summary>Five steps on gradients that depend on the parameters, against PyTorch's optimisers and BYOL's formula (Fixtures/torch-training).</summary>
public sealed class OptimizerTests : IDisposable
{
    private static readonly JsonObject Fixture = FormulaValues.Fixture("torch-training", "training.json");
    private static readonly double[] Rates = Fixture["rates"]!.Numbers();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData("sgd")]
    [InlineData("nesterov")]
    [InlineData("adamw")]
    [InlineData("lars")]
    public void StepsAreTheReferences(string name)
    {
        var parameters = Start();
        using var optimizer = Create(name, parameters);
        for (var step = 0; step < Rates.Length; step++)
            Step(name, optimizer, parameters, step);
        foreach (var parameter in parameters)
            FormulaValues.Near(Fixture[name]![parameter.Name]!.Numbers(), parameter.Value.Values(), 1e-10);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adamw")]
    [InlineData("lars")]
    public void GoingOnFromItsStateGivesTheSameBits(string name)
    {
        var whole = Start();
        using var undisturbed = Create(name, whole);
        for (var step = 0; step < 2; step++)
            Step(name, undisturbed, whole, step);

        var resumed = Start();
        using var second = Create(name, resumed);
        using (no_grad())
        {
            foreach (var (from, to) in whole.Zip(resumed))
                to.Value.copy_(from.Value);
            Assert.Equal(undisturbed.State.Keys, second.State.Keys);
            foreach (var (key, value) in undisturbed.State)
                second.State[key].copy_(value);
        }
        for (var step = 2; step < Rates.Length; step++)
        {
            Step(name, undisturbed, whole, step);
            Step(name, second, resumed, step);
        }
        Assert.All(whole.Zip(resumed), p => Assert.Equal(p.First.Value.Values(), p.Second.Value.Values()));
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("lars")]
    public void ARateScaleIsThatOfTheRateForOneParameterAlone(string name)
    {
        var (plain, scaled) = (Start(), Start());
        scaled[0] = scaled[0] with { RateScale = 0.5 };
        using var first = Create(name, plain);
        using var second = Create(name, scaled);
        Step(name, first, plain, 1);
        Step(name, second, scaled, 1);

        var start = Start()[0].Value.Values();
        var expected = start.Zip(plain[0].Value.Values(), (s, p) => s + 0.5 * (p - s)).ToArray();
        FormulaValues.Near(expected, scaled[0].Value.Values(), 1e-12);
        Assert.Equal(plain[1].Value.Values(), scaled[1].Value.Values());
    }

    [Fact]
    public void WithoutAGradientAParameterStaysAndZeroingForgetsThem()
    {
        var parameters = Start();
        using var optimizer = Create("lars", parameters);
        SetGradients(parameters, 0);
        optimizer.ZeroGradients();
        Assert.All(parameters, p => Assert.Null(p.Value.grad));
        optimizer.Step(1);
        Assert.All(parameters.Zip(Start()), p => Assert.Equal(p.Second.Value.Values(), p.First.Value.Values()));
    }

    [Fact]
    public void UnknownOptimisersAndDoubleNamesAreRefused()
    {
        using var lars = OptimizerCatalog.Create(new TrainingSpec(), Start());
        Assert.IsType<Lars>(lars);
        var error = Assert.Throws<UserInputException>(() => OptimizerCatalog.Create(new TrainingSpec { Optimizer = "lion" }, Start()));
        Assert.Equal("optimizer 'lion' is not known: take one of lars, sgd, adamw.", error.Message);
        Assert.Throws<ArgumentException>(() => OptimizerCatalog.Create(new TrainingSpec(), Start().Concat(Start())));
    }

    private static IOptimizer Create(string name, IEnumerable<OptimizedParameter> parameters) => name switch
    {
        "sgd" => new Sgd(parameters, momentum: 0.9, weightDecay: 0.05),
        "nesterov" => new Sgd(parameters, momentum: 0.9, weightDecay: 0.05, nesterov: true),
        "adamw" => new AdamW(parameters, weightDecay: 0.05),
        _ => new Lars(parameters, momentum: 0.9, weightDecay: 0.05, trust: 0.1),
    };

    private static List<OptimizedParameter> Start() =>
    [
        new("weight", new TorchSharp.Modules.Parameter(FormulaValues.Of("weight", 4, 3))),
        new("bias", new TorchSharp.Modules.Parameter(FormulaValues.Of("bias", 4))),
        new("still", new TorchSharp.Modules.Parameter(zeros(2, 2, dtype: ScalarType.Float64))),
    ];

    private static void SetGradients(IEnumerable<OptimizedParameter> parameters, int step)
    {
        foreach (var p in parameters)
            p.Value.grad = (0.3 * p.Value.detach() + FormulaValues.Of($"{p.Name}{step}", p.Value.shape)).MoveToOuterDisposeScope();
    }

    private static void Step(string name, IOptimizer optimizer, IEnumerable<OptimizedParameter> parameters, int step)
    {
        SetGradients(parameters, step);
        optimizer.Step(name == "adamw" ? Rates[step] / 10 : Rates[step]);
    }
}
