using System.Runtime.InteropServices;
using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Distillation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Bench.Training;

/// <summary>The product's own distillation step on a batch that is there, by base and experts.</summary>
internal sealed class OurDistillation : IDisposable
{
    private readonly StepShape _shape;
    private readonly StageDevice _device;
    private readonly DistillationStep _step;
    private readonly ITeachers _teachers;
    private readonly ViewBatch _batch;
    private readonly Encoder[] _networks = [];
    private readonly FeatureMatrix? _targets;

    public OurDistillation(StepShape shape, string device, bool cached, int threads = 1, int experts = 4)
    {
        var distill = new DistillSpec { Batch = shape.Batch, Optimizer = "sgd", LearningRate = 1e-4, WeightDecay = 5e-4, RegressorHidden = shape.Model.ProjectorHidden, LastLayerRate = 1.0 / 32, LastLayerScale = 0.2 };
        _shape = shape;
        _device = StageDevice.Open(new StageOptions { Device = device, Threads = threads });
        int[] clusters = [.. Enumerable.Range(0, shape.Batch).Select(i => i % experts)];
        _step = new DistillationStep(new DistillSettings(1, shape.Model, distill, 0), _device, 1, clusters);
        _batch = RandomBatch.Of(shape.Batch, shape.Model.Side);
        if (cached)
        {
            _targets = Targets(shape.Batch, shape.Model.Projection);
            var all = new CachedTargets(_targets, [.. Enumerable.Range(0, shape.Batch)]);
            _teachers = new CachedTeachers(TargetChoice.Both, all, [.. Enumerable.Repeat(all, experts)], _device.Device);
        }
        else
        {
            _networks = [.. Enumerable.Range(0, experts + 1).Select(i => new Encoder(shape.Model, (ulong)i + 2, _device.Device))];
            _teachers = new AugmentedTeachers(TargetChoice.Both, _networks[0], _networks[1..]);
        }

        FlopsPerImage = 2 * (_step.FlopsPerView + (cached ? 0 : 2 * Flops.Forward(_step.Student, shape.Model.Side)));
        Run(2);
    }

    /// <summary>Of both views, teachers included where they run.</summary>
    public double FlopsPerImage { get; }

    /// <summary>Seconds of some steps.</summary>
    public double Run(int steps)
    {
        TorchSettings.Apply(_device.Threads);
        return Clock.Of(_device.Device.type == DeviceType.CPU ? _device.Threads : int.MaxValue, () =>
        {
            for (var i = 0; i < steps; i++)
            {
                using (NewDisposeScope())
                    _step.Run(_teachers, _batch, 1e-4).item<float>();
            }

            if (_device.Device.type == DeviceType.CUDA)
                cuda.synchronize();
        });
    }

    public void Dispose()
    {
        _step.Dispose();
        foreach (var network in _networks)
            network.Dispose();
        if (_targets is { } matrix)
        {
            matrix.Dispose();
            File.Delete(matrix.Path);
        }
    }

    private static FeatureMatrix Targets(int rows, int columns)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using (var unit = nn.functional.normalize(randn(rows, columns), dim: 1))
            FeatureMatrix.Write(path, columns, MemoryMarshal.Cast<byte, float>(unit.bytes));
        return FeatureMatrix.Open(path);
    }
}
