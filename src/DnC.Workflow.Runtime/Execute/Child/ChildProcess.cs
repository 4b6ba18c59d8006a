using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Execute.Child;

/// <summary>One child process from start to end. Its standard input is its leash: the system closes it if this process dies.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly HostedAttempt _attempt;
    private readonly TimeSpan _grace;
    private readonly Process _process;
    private readonly MessageWriter _input;
    private readonly Thread _errorPump;
    private readonly ITimer _deadline;
    private readonly Lock _lock = new();
    private bool _disposed;
    private bool _begun;
    private int _armed;
    private volatile string? _killed;

    public ChildProcess(ChildCommand command, HostedAttempt attempt, TimeSpan grace, TimeProvider time)
    {
        _attempt = attempt;
        _grace = grace;
        var start = new ProcessStartInfo(command.FileName, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };

        // Read by OpenMP and MKL when they load, before any code of ours runs.
        var threads = attempt.Invocation.Options.Threads.ToString(CultureInfo.InvariantCulture);
        start.Environment["OMP_NUM_THREADS"] = threads;
        start.Environment["MKL_NUM_THREADS"] = threads;
        if (attempt.Invocation.Device is { } device)
        {
            start.Environment["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID";
            start.Environment["CUDA_VISIBLE_DEVICES"] = device.Visible;
        }

        // A body has no business with the database, the bucket or a server's users, and what it cannot see it cannot print.
        foreach (var secret in (string[])["DNC_POSTGRES", "PGPASSWORD", "PGPASSFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "DNC_ELSA_PASSWORD", "DNC_ELSA_SIGNING_KEY"])
            start.Environment.Remove(secret);
        try
        {
            _process = Process.Start(start) ?? throw new InvalidOperationException($"'{command.FileName}' did not start.");
        }
        catch (Win32Exception e)
        {
            throw new CannotBeginException(command.Complaint(e), e);
        }

        _input = new MessageWriter(_process.StandardInput.BaseStream);
        _deadline = time.CreateTimer(_ => Kill("did not stop within its grace and was killed"), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _errorPump = new Thread(PumpErrors) { IsBackground = true, Name = "stage log" };
        _errorPump.Start();
        attempt.Log.Line($"Process {_process.Id} runs '{attempt.Invocation.Stage}'.");
    }

    /// <summary>Serves the child until it ends.</summary>
    public AttemptOutcome Serve()
    {
        _input.Write(new ToChild { Invocation = _attempt.Invocation });
        using var listening = _attempt.Stop.Listen(OnStop);
        AttemptOutcome? outcome = null;
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (Parse(line) is not { } message)
                _attempt.Log.Line(line);
            else if (Take(message) is { } last)
                outcome = last;
        }

        _process.WaitForExit();
        _errorPump.Join();
        if (outcome is not null)
            return outcome;
        if (_killed is { } how)
            return new AttemptOutcome.Stopped(how);
        var death = ExitSignal.Describe(_process.ExitCode);
        _attempt.Log.Line($"Process {_process.Id} {death}.");

        // A Ctrl-C or SIGTERM for the whole group may reach the child before it has a group of its own.
        if (_attempt.Stop.IsRequested && _process.ExitCode is 128 + 2 or 128 + 15)
            return new AttemptOutcome.Stopped(death);
        var failure = new AttemptFailure(
            $"The process of stage '{_attempt.Invocation.Stage}' {death}{(_begun ? "" : " before its body began")}.", Retryable: true, $"{death}\n{_attempt.Log.Tail()}");

        // Killed from outside, as for want of memory, it says nothing of its program.
        return _begun || _process.ExitCode is 128 + 9 or 128 + 15 ? new AttemptOutcome.Failed(failure) : new AttemptOutcome.Unfit(failure);
    }

    /// <summary>Ends a child that is still there: whoever stops serving it has no use for it.</summary>
    public void Dispose()
    {
        _deadline.Dispose();
        Kill("was given up");
        _process.WaitForExit();
        _errorPump.Join();
        lock (_lock)
        {
            _disposed = true;
            _process.Dispose();
        }
    }

    private static FromChild? Parse(string line)
    {
        if (!line.StartsWith('{'))
            return null;
        try
        {
            return JsonSerializer.Deserialize<FromChild>(line, SpecJson.Options);
        }
        catch (JsonException)
        {
            // Something printed into the pipe: it goes to the log as it is.
            return null;
        }
    }

    private AttemptOutcome? Take(FromChild message)
    {
        if (message.Begun is true)
        {
            _begun = true;
            _attempt.Begun();
        }

        if (message.Progress is { } progress)
            _attempt.Progress(progress);
        if (message.Log is { } log)
            _attempt.Log.Line(log);
        if (message.Metrics is { } point)
            _attempt.Metrics(point);
        if (message.Checkpoint is { } checkpoint)
            _input.Write(new ToChild { CheckpointAck = _attempt.Commit(checkpoint.Folder, checkpoint.Step) });
        var outcome = message.Outcome();
        if (outcome is not null)
            Arm();
        return outcome;
    }

    private void OnStop(StopReason reason)
    {
        if (!StopSignal.AllowsGrace(reason))
        {
            Kill($"was killed ({reason})");
            return;
        }

        Arm();

        // Elsewhere: the pipe may be full, and the caller is the heartbeat of every claim.
        ThreadPool.QueueUserWorkItem(_ => _input.Write(new ToChild { Stop = reason.ToString().ToLowerInvariant() }));
    }

    // Once: a further wish to stop, or the outcome, gives no second grace.
    private void Arm()
    {
        if (Interlocked.Exchange(ref _armed, 1) != 0)
            return;
        try
        {
            _deadline.Change(_grace, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The child has ended meanwhile.
        }
    }

    private void Kill(string how)
    {
        lock (_lock)
        {
            if (_disposed || _process.HasExited)
                return;
            _killed = how;
            NativeProcess.KillGroup(_process.Id);
            _process.Kill();
        }
    }

    private void PumpErrors()
    {
        // By blocks, not lines: a body that prints without end or newline must not fill the engine's memory.
        var buffer = new char[4096];
        var line = new StringBuilder();
        int read;
        while ((read = _process.StandardError.Read(buffer)) > 0)
        {
            foreach (var c in buffer.AsSpan(0, read))
            {
                if (c != '\n')
                    line.Append(c);
                if (c == '\n' || line.Length >= buffer.Length)
                {
                    _attempt.Log.Line(line.ToString());
                    line.Clear();
                }
            }
        }

        if (line.Length > 0)
            _attempt.Log.Line(line.ToString());
    }
}
