using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Runtime.Tests.Hosting;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Runtime.Tests.Execute;

public sealed class DevicePlanTests : IDisposable
{
    private static readonly Gpu[] Two = [new("GPU-aa", "Model A"), new("GPU-bb", "Model B")];
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("auto", "gpu", "auto", "cuda:0")]
    [InlineData("auto", "gpu-80g", "auto", "cuda:0")]
    [InlineData("auto", "cpu", "auto", "cpu")]
    [InlineData("cuda:1", "gpu", "auto", "cuda:1")]
    [InlineData("cuda:1", "gpu", "cpu", "cpu")]
    [InlineData("cuda:1", "gpu", "cuda:0", "cuda:0")]
    [InlineData("cpu", "gpu", "auto", "cpu")]
    public void A_stage_runs_on_the_workers_device_unless_its_class_or_it_says_otherwise(string worker, string resource, string stage, string expected)
    {
        var use = new DevicePlan(worker, hasCuda: true, Two).Of(Node(resource, stage));
        Assert.Equal(expected, use.Name);
        Assert.Equal(expected == "cpu" ? ("cpu", "", null) : ("cuda:0", expected == "cuda:0" ? "GPU-aa" : "GPU-bb", Gpus.LockFolder), (use.BodyName, use.Visible, Path.GetDirectoryName(use.LockFile)));
    }

    [Fact]
    public void Without_CUDA_auto_is_the_CPU_and_a_GPU_is_refused_with_the_reason()
    {
        var plan = new DevicePlan("auto", hasCuda: false, Two);
        Assert.Equal((false, "cpu", "cpu"), (plan.HasGpu, plan.Text, plan.Of(Node("gpu", "auto")).Name));
        Assert.Equal("cuda:1 (Model B)", new DevicePlan("cuda:1", hasCuda: true, Two).Text);
        Assert.Contains("TorchRuntime=cuda", Assert.Throws<UserInputException>(() => plan.Of(Node("gpu", "cuda:0"))).Message);
        Assert.Contains("cuda:0 to cuda:1", Assert.Throws<UserInputException>(() => new DevicePlan("cuda:2", hasCuda: true, Two)).Message);
        Assert.Contains("driver", Assert.Throws<UserInputException>(() => new DevicePlan("cuda:0", hasCuda: true, [])).Message);
        Assert.Contains("expected auto", Assert.Throws<UserInputException>(() => new DevicePlan("gpu", hasCuda: true, Two)).Message);
    }

    [Fact]
    public void GPUs_are_found_by_the_drivers_files_in_PCI_order_and_as_far_as_they_are_visible()
    {
        Assert.Empty(Gpus.Find(_folder.At("none")));
        Driver("0000:81:00.0", "GPU-cc", "Model C");
        Driver("0000:03:00.0", "GPU-aa", "Model A");
        Assert.Equal([new Gpu("GPU-aa", "Model A"), new Gpu("GPU-cc", "Model C")], Gpus.Find(_folder.Path));
        Assert.Equal(["GPU-cc", "GPU-aa"], Gpus.Find(_folder.Path, "1,0").Select(g => g.Uuid));
        Assert.Equal(["GPU-cc"], Gpus.Find(_folder.Path, "GPU-c,-1,0").Select(g => g.Uuid));
        Assert.Empty(Gpus.Find(_folder.Path, ""));
    }

    private void Driver(string bus, string uuid, string model) => File.WriteAllText(
        Path.Combine(_folder.Make(bus), "information"), $"Model: \t\t {model}\nIRQ:   \t\t 120\nGPU UUID: \t {uuid}\nBus Location: \t {bus}\n");

    private static StageNode Node(string resource, string device) =>
        EngineProcess.Stage("base", "noop", new NoOp.Settings()) with { Resource = resource, Options = new StageOptions { Device = device } };
}
