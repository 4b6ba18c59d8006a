using System.Text.Json;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Learning.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Training;

public sealed class TrainingStateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Dictionary<string, Tensor> _tensors;
    private readonly TrainingState _state;

    public TrainingStateTests()
    {
        _tensors = new() { ["online.a"] = arange(6).reshape(2, 3).to(ScalarType.Float32), ["optimizer.b"] = tensor(7L) };
        _state = new TrainingState(_tensors) { Step = 41, SincePoint = (2.5, 2), BadImages = [new BadImage(3, "shard/3.jpg", "cut short")] };
        _state.Curve.Add(new CurvePoint(39, 1.5, 0.25, 0.1, 100));
        _state.Save(_folder.Path);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Two_files_hold_the_tensors_the_step_the_curve_and_the_unreadable_images_and_nothing_else()
    {
        Assert.Equal(["state.json", "state.safetensors"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order()!);
        var stored = SafetensorsFile.Read(_folder.File("state.safetensors"));
        Assert.Equal(_tensors.Keys.Order(), stored.Keys.Order());
        Assert.All(_tensors, t => Assert.Equal(t.Value.bytes.ToArray(), stored[t.Key].bytes.ToArray()));
        using var rest = JsonDocument.Parse(File.ReadAllBytes(_folder.File("state.json")));
        Assert.Equal(["badImages", "curve", "digest", "lossCount", "lossSum", "step"], rest.RootElement.EnumerateObject().Select(p => p.Name).Order());
    }

    [Fact]
    public void Loading_copies_into_the_live_tensors()
    {
        var live = new Dictionary<string, Tensor> { ["online.a"] = zeros(2, 3), ["optimizer.b"] = tensor(0L) };
        var loaded = new TrainingState(live);
        loaded.Load(_folder.Path);

        Assert.Equal((41, (2.5, 2)), (loaded.Step, loaded.SincePoint));
        Assert.Equal(_state.Curve, loaded.Curve);
        Assert.Equal(_state.BadImages, loaded.BadImages);
        Assert.All(live, t => Assert.Equal(_tensors[t.Key].bytes.ToArray(), t.Value.bytes.ToArray()));
    }

    [Theory]
    [InlineData("state.safetensors", "its bytes are not those that were written")]
    [InlineData("state.json", "")]
    public void A_damaged_or_missing_file_is_refused_by_name(string file, string reason)
    {
        var bytes = File.ReadAllBytes(_folder.File(file));
        foreach (var damage in new Action[] { () => File.WriteAllBytes(_folder.File(file), [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]), () => File.WriteAllBytes(_folder.File(file), []), () => File.Delete(_folder.File(file)) })
        {
            damage();
            Refused(_tensors, file, reason);
        }
    }

    [Fact]
    public void A_checkpoint_of_null_is_refused()
    {
        File.WriteAllText(_folder.File("state.json"), "null");
        Refused(_tensors, "state.json", "it is empty");
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused() =>
        Assert.Throws<WeightsFileException>(() => new TrainingState(_tensors).Load(_folder.File("nowhere")));

    [Fact]
    public void Another_training_is_refused_and_nothing_of_it_is_taken()
    {
        Refused(new() { ["online.a"] = zeros(2, 3) }, "state.safetensors", "the same tensors as this training: optimizer.b");
        Refused(new() { ["online.a"] = zeros(2, 3), ["optimizer.b"] = zeros(2) }, "state.safetensors", "'optimizer.b' has another shape or type");
        Refused(new() { ["online.a"] = zeros(2, 3), ["optimizer.b"] = tensor(0f) }, "state.safetensors", "'optimizer.b' has another shape or type");
        Refused(new() { ["online.a"] = zeros(2, 3), ["optimizer.b"] = tensor(0L), ["more"] = zeros(1) }, "state.safetensors", "more");
    }

    private void Refused(Dictionary<string, Tensor> live, string file, string reason)
    {
        var before = live.ToDictionary(t => t.Key, t => t.Value.bytes.ToArray());
        var state = new TrainingState(live);

        var error = Assert.Throws<WeightsFileException>(() => state.Load(_folder.Path));

        Assert.StartsWith(_folder.File(file), error.Message);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (state.Step, state.Curve.Count));
        Assert.All(live, t => Assert.Equal(before[t.Key], t.Value.bytes.ToArray()));
    }
}
