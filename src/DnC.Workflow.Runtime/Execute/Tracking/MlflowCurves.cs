using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute.Tracking;

/// <summary>
/// The curves of one attempt as a run of MLflow, made with the first point. Points wait in memory and a task of their own sends them every two
/// seconds, so a server that is slow or away neither slows nor fails a stage: what it has not taken by the attempt's end is dropped, and said in
/// the attempt's log.
/// </summary>
internal sealed class MlflowCurves : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2), LastPatience = TimeSpan.FromSeconds(5);

    /// <summary>Points that wait at most: hours of a training.</summary>
    private const int Most = 100_000;

    private readonly MlflowServer _server;
    private readonly MlflowApi _api;
    private readonly StageClaim _claim;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private readonly Lock _lock = new();
    private readonly Queue<MlflowPoint> _waiting = [];
    private readonly CancellationTokenSource _ended = new(), _abandoned = new();
    private Task? _sending;
    private string? _run;
    private bool _away;
    private long _dropped;

    /// <param name="server">Where to.</param>
    /// <param name="claim">The attempt's.</param>
    /// <param name="time">For the time of each point.</param>
    /// <param name="log">Takes a line of the attempt's log.</param>
    public MlflowCurves(MlflowServer server, StageClaim claim, TimeProvider time, Action<string> log) =>
        (_server, _api, _claim, _time, _log) = (server, new MlflowApi(server), claim, time, log);

    /// <summary>How the attempt ended, in MLflow's words; KILLED where nobody says.</summary>
    public string Status { private get; set; } = "KILLED";

    /// <summary>Adds a point; returns at once.</summary>
    public void Add(StageMetrics point)
    {
        lock (_lock)
        {
            foreach (var (name, value) in point.Values)
            {
                if (_waiting.Count >= Most)
                {
                    _waiting.Dequeue();
                    _dropped++;
                }

                _waiting.Enqueue(new MlflowPoint(name, value, point.Step, _time.GetUtcNow()));
            }

            _sending ??= Task.Run(Send);
        }
    }

    /// <summary>Sends what is left, for some seconds if the server answers.</summary>
    public void Dispose()
    {
        Task? sending;
        lock (_lock)
            sending = _sending;
        if (sending is not null)
        {
            _ended.Cancel();
            _abandoned.CancelAfter(LastPatience);
            // It catches all that it throws.
            sending.GetAwaiter().GetResult();
        }

        _ended.Dispose();
        _abandoned.Dispose();
    }

    private async Task Send()
    {
        for (var last = false; !last;)
        {
            await Task.Delay(_away ? 5 * Pause : Pause, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Asked before the flush: what came in up to the end is sent, however soon that is.
            last = _ended.IsCancellationRequested;
            // A server that was away when last asked is asked no more.
            if (last && _away)
                break;
            await Try(Flush).ConfigureAwait(false);
        }

        if (!_away && _run is { } run)
            await Try(stop => _api.End(run, Status, _time.GetUtcNow(), stop)).ConfigureAwait(false);
        var left = _dropped + _waiting.Count;
        if (left > 0)
            _log(string.Create(CultureInfo.InvariantCulture, $"{left} values of the curves did not reach MLflow at {_server.Address}."));
    }

    private async Task Flush(CancellationToken stop)
    {
        _run ??= await _api.Begin(await _api.Experiment(stop).ConfigureAwait(false), Name, _time.GetUtcNow(), Tags(), Parameters(), stop).ConfigureAwait(false);
        for (var some = Next(); some.Length > 0; some = Next())
        {
            await _api.Log(_run, some, stop).ConfigureAwait(false);
            lock (_lock)
            {
                // By what was sent, since the oldest may have been dropped meanwhile.
                foreach (var point in some)
                {
                    if (_waiting.TryPeek(out var first) && ReferenceEquals(first, point))
                        _waiting.Dequeue();
                }
            }
        }
    }

    private MlflowPoint[] Next()
    {
        lock (_lock)
            return [.. _waiting.Take(MlflowApi.Batch)];
    }

    private async Task Try(Func<CancellationToken, Task> call)
    {
        try
        {
            await call(_abandoned.Token).ConfigureAwait(false);
            if (_away)
                _log($"MLflow at {_server.Address} answers again.");
            _away = false;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException or IOException or NotSupportedException)
        {
            if (!_away)
                _log($"MLflow at {_server.Address} does not take the curves, which wait meanwhile: {(e is OperationCanceledException ? "no answer in time" : e.Message)}");
            _away = true;
        }
    }

    private string Name => string.Create(CultureInfo.InvariantCulture, $"{_claim.Ticket.Run}/{_claim.Ticket.Stage} {_claim.Generation}-{_claim.Attempt}");

    private Dictionary<string, string> Tags() => new(StringComparer.Ordinal)
    {
        ["dnc.run"] = _claim.Ticket.Run,
        ["dnc.stage"] = _claim.Ticket.Stage,
        ["dnc.kind"] = _claim.Node.Kind,
        ["dnc.key"] = _claim.Key,
        ["dnc.attempt"] = string.Create(CultureInfo.InvariantCulture, $"{_claim.Generation}-{_claim.Attempt}"),
        ["dnc.resumedAtStep"] = (_claim.Resume?.Step ?? 0).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The stage's settings by path.</summary>
    private Dictionary<string, string> Parameters()
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        Flatten("", _claim.Node.Settings);
        return flat;

        void Flatten(string path, JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in value.EnumerateObject())
                    Flatten(path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value);
            }
            else
            {
                flat[path] = value.ToString();
            }
        }
    }
}
