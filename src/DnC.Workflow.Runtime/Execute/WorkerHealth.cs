using DnC.Workflow.Runtime.Execute.Child;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>
/// Whether this worker can begin stages at all. One whose program is gone, or whose work disk is full, would fail every stage that it takes: that is
/// its own fault and no stage's, so it leaves them to others, looks again after a pause that grows, and says why. Any thread may call it.
/// </summary>
/// <param name="look">Looks for what is wrong with this machine: a sentence with the way out, or null.</param>
/// <param name="time">Measures the pauses.</param>
/// <param name="say">Told when it falls ill, of another illness, and when it is well again.</param>
public sealed class WorkerHealth(Func<string?> look, TimeProvider time, Action<string> say)
{
    // As long as after a store that was away, and at most what a person who has mended the machine likes to wait. [ours]
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private TimeSpan _pause = FirstPause;
    private DateTimeOffset _lookAt;
    private string? _ailment;

    /// <summary>What is wrong, with the machine's name and the way out; null: nothing is known to be.</summary>
    public string? Ailment
    {
        get
        {
            lock (_lock)
                return _ailment;
        }
    }

    /// <summary>The health of a worker that starts bodies by a command, or in its own process, and works in a folder.</summary>
    public static WorkerHealth Of(ChildCommand? command, string workRoot, TimeProvider time, Action<string> say) =>
        new(() => command?.Missing() ?? WorkArea.Trouble(workRoot), time, say);

    /// <summary>Looks at the machine: what is wrong with it, or null.</summary>
    public string? Look() => look();

    /// <summary>Claims nothing more for a while.</summary>
    /// <param name="cause">A sentence with the way out.</param>
    /// <returns>The same with this machine's name.</returns>
    public string Fell(string cause) => Pause(cause, isOver: false);

    private string Pause(string cause, bool isOver)
    {
        var text = $"worker {Environment.MachineName} cannot run stages: {cause}";
        TimeSpan pause;
        bool isNew;
        lock (_lock)
        {
            // Attempts of several slots that fall at once are one illness: its pause grows when it is over.
            if (!isOver && _ailment is not null && _lookAt > time.GetUtcNow())
                return text;
            isNew = _ailment != text;
            (_ailment, pause) = (text, _pause);
            _lookAt = time.GetUtcNow() + pause;
            _pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
        }

        if (isNew)
            say($"{text} It claims nothing more, and looks again in {pause.TotalSeconds:0} s and then less and less often.");
        return text;
    }

    /// <summary>A body has begun: the next illness is a new one, with a short pause first.</summary>
    public void Began()
    {
        lock (_lock)
            _pause = FirstPause;
    }

    /// <summary>Blocks while the worker is ill, looking at the machine whenever a pause is over, or until there is a reason to stop.</summary>
    public void WaitUntilWell(StopSignal stop)
    {
        while (!stop.IsRequested && Remaining() is { } pause)
        {
            if (pause > TimeSpan.Zero)
                time.Block(pause, stop);
            else if (IsMineToLookAt())
                LookAgain();
        }
    }

    private void LookAgain()
    {
        if (look() is { } cause)
        {
            Pause(cause, isOver: true);
            return;
        }

        lock (_lock)
            _ailment = null;
        say($"Nothing is wrong with worker {Environment.MachineName} any more: it claims again.");
    }

    private TimeSpan? Remaining()
    {
        lock (_lock)
            return _ailment is null ? null : _lookAt - time.GetUtcNow();
    }

    // One of those who wait looks; the others wait for what it finds.
    private bool IsMineToLookAt()
    {
        lock (_lock)
        {
            if (_ailment is null || _lookAt > time.GetUtcNow())
                return false;
            _lookAt = time.GetUtcNow() + FirstPause;
            return true;
        }
    }
}
