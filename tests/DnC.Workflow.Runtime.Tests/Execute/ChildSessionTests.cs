using System.IO.Pipelines;
using System.Text.Json;
using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Execute;

/// <summary>The child's end of the protocol, over pipes in this process.</summary>
public sealed class ChildSessionTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Pipe _toChild = new();
    private readonly Pipe _fromChild = new();
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MessageWriter _engine;
    private readonly StreamReader _lines;
    private bool _begun;

    public ChildSessionTests()
    {
        _engine = new MessageWriter(_toChild.Writer.AsStream());
        _lines = new StreamReader(_fromChild.Reader.AsStream());
    }

    public void Dispose()
    {
        _lines.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task When_its_input_closes_the_child_lets_go_whatever_the_body_does()
    {
        using var release = new ManualResetEventSlim();
        var child = Start(_ =>
        {
            release.Wait();
            return LambdaBody.Nothing;
        });
        await _toChild.Writer.CompleteAsync();
        await _letGo.Task.WaitAsync(TestContext.Current.CancellationToken);
        release.Set();
        await child;
    }

    [Fact]
    public async Task Without_an_invocation_it_lets_go()
    {
        await _toChild.Writer.CompleteAsync();
        ChildMain.Run(_toChild.Reader.AsStream(), _fromChild.Writer.AsStream(), [], _time, _letGo.SetResult);
        Assert.True(_letGo.Task.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Progress_is_thinned_and_the_last_one_never_lost()
    {
        var child = Start(context =>
        {
            for (var step = 1; step <= 1000; step++)
            {
                context.Report.Progress(new StageProgress(step, 1000));
                if (step % 100 == 0)
                    _time.Advance(TimeSpan.FromMilliseconds(250));
            }

            return LambdaBody.Nothing;
        });
        var steps = new List<long>();
        while (Read() is { Progress: { } progress })
            steps.Add(progress.Step);
        await child;
        Assert.Equal([1, 101, 201, 301, 401, 501, 601, 701, 801, 901, 1000], steps);
        Assert.False(_letGo.Task.IsCompleted);
    }

    [Fact]
    public async Task Every_point_of_the_curves_is_sent()
    {
        var child = Start(context =>
        {
            for (var step = 1; step <= 50; step++)
                context.Report.Metrics(new StageMetrics(step, new Dictionary<string, double> { ["loss"] = 1.0 / step }));
            return LambdaBody.Nothing;
        });
        var points = new List<(long, double)>();
        while (Read() is { Metrics: { } point })
            points.Add((point.Step, point.Values["loss"]));
        await child;
        Assert.Equal(Enumerable.Range(1, 50).Select(step => ((long)step, 1.0 / step)), points);
    }

    [Fact]
    public async Task A_checkpoint_waits_for_its_answer_and_a_stop_is_seen_at_the_next_step()
    {
        var child = Start(context =>
        {
            RunnerFixture.Save(context, 5);
            Assert.True(SpinWait.SpinUntil(context.StopRequested, Timeout.Infinite));
            throw new StageStopped();
        });
        Assert.Equal(new WrittenCheckpoint(_folder.At("checkpoints", "5"), 5), Read()!.Checkpoint);
        Assert.False(child.IsCompleted);
        _engine.Write(new ToChild { CheckpointAck = true });
        _engine.Write(new ToChild { Stop = "preempt" });
        Assert.NotNull(Read()!.Stopped);
        await child;
    }

    // What comes after the news that the body begins, which is the first.
    private FromChild? Read()
    {
        var message = JsonSerializer.Deserialize<FromChild>(_lines.ReadLine()!, SpecJson.Options);
        Assert.Equal(!_begun, message!.Begun ?? false);
        if (_begun)
            return message;
        _begun = true;
        return Read();
    }

    private Task Start(Func<StageContext, StageResult> body)
    {
        _engine.Write(new ToChild
        {
            Invocation = new StageInvocation
            {
                Kind = "lambda",
                Stage = "base",
                Settings = JsonSerializer.SerializeToElement(new { }),
                Options = new StageOptions(),
                DataDigests = new Dictionary<string, string>(),
                Data = new DataSpec(),
                Inputs = new Dictionary<string, string>(),
                OutputFolder = _folder.Path,
                CheckpointFolder = _folder.At("checkpoints"),
            },
        });
        return Task.Run(() => ChildMain.Run(_toChild.Reader.AsStream(), _fromChild.Writer.AsStream(), [new LambdaBody(body)], _time, () => _letGo.TrySetResult()));
    }
}
