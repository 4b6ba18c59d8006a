using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Execute.Child;

/// <summary>One invocation, from its line to the last message.</summary>
internal sealed class ChildSession
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(250);
    private readonly TextReader _input;
    private readonly MessageWriter _output;
    private readonly TimeProvider _time;
    private readonly Action _letGo;
    private readonly BlockingCollection<bool> _acks = [];
    private readonly Lock _progressLock = new();
    private StageProgress? _pending;
    private long _sent;
    private volatile string? _signal;
    private volatile bool _asked;
    private volatile bool _stop;
    private volatile bool _ended;

    public ChildSession(TextReader input, MessageWriter output, TimeProvider time, Action letGo)
    {
        _input = input;
        _output = output;
        _time = time;
        _letGo = letGo;
        _sent = time.GetTimestamp() - time.TimestampFrequency;
    }

    /// <summary>Asks the body to stop, because somebody else than the engine signalled this process.</summary>
    public void StopFor(PosixSignal signal)
    {
        _signal = signal.ToString();
        Log($"Told to end from outside: {_signal} to process {Environment.ProcessId}.");
        _stop = true;
    }

    /// <summary>Reads the invocation, runs the body on this thread, tells the outcome.</summary>
    public void Run(IReadOnlyList<IStageExecutor> executors)
    {
        if (Read() is not { } first)
        {
            _letGo();
            return;
        }

        var invocation = first.Invocation ?? throw new InvalidDataException("The first line is no invocation of a stage.");
        new Thread(HoldLeash) { IsBackground = true, Name = "leash" }.Start();
        var outcome = Execute(executors, invocation);
        _ended = true;
        if (outcome is AttemptOutcome.Stopped && _signal is { } signal && !_asked)
            outcome = new AttemptOutcome.Stopped($"its process was told to end from outside ({signal})");
        FlushProgress();
        _output.Write(FromChild.Last(outcome));
    }

    private AttemptOutcome Execute(IReadOnlyList<IStageExecutor> executors, StageInvocation invocation)
    {
        IDisposable? device;
        var waited = false;
        try
        {
            device = invocation.Device is { } use ? DeviceLease.Take(use, invocation.Stage, _time, () => _stop, Waits) : null;
            if (waited)
                Progress(new StageProgress(0, 0));
        }
        catch (Exception e) when (e is StageStopped or CannotBeginException)
        {
            return AttemptOutcome.Of(e, invocation.OutputFolder);
        }

        _output.Write(new FromChild { Begun = true });
        using (device)
            return BodyRun.Execute(executors, invocation, new StageReport(Progress, Log, Metrics), Commit, () => _stop);

        void Waits(string text)
        {
            waited = true;
            Log(text);
            Progress(new StageProgress(0, 0, Phase: text) { Waits = true });
            FlushProgress();
        }
    }

    private void HoldLeash()
    {
        while (Read() is { } message)
        {
            if (message.Stop is not null)
                _asked = _stop = true;
            if (message.CheckpointAck is { } ack)
                _acks.Add(ack);
        }

        if (!_ended)
            _letGo();
        _stop = true;
        _acks.Add(false);
    }

    private ToChild? Read()
    {
        try
        {
            return _input.ReadLine() is { } line ? JsonSerializer.Deserialize<ToChild>(line, SpecJson.Options) : null;
        }
        catch (IOException)
        {
            // A broken pipe is an engine that is gone, like the end of the stream.
            return null;
        }
    }

    private bool Commit(string folder, long step)
    {
        FlushProgress();
        return _output.Write(new FromChild { Checkpoint = new WrittenCheckpoint(folder, step) }) && _acks.Take();
    }

    private void Log(string line) => _output.Write(new FromChild { Log = line });

    private void Metrics(StageMetrics point) => _output.Write(new FromChild { Metrics = point });

    private void Progress(StageProgress progress)
    {
        lock (_progressLock)
        {
            _pending = progress;
            if (_time.GetElapsedTime(_sent) < ProgressEvery)
                return;
        }

        FlushProgress();
    }

    private void FlushProgress()
    {
        StageProgress? progress;
        lock (_progressLock)
        {
            progress = _pending;
            _pending = null;
            _sent = _time.GetTimestamp();
        }

        if (progress is not null)
            _output.Write(new FromChild { Progress = progress });
    }
}
