using System.Security.Cryptography;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Ports;
using Hangfire;

namespace DnC.Workflow.Elsa.Host;

/// <summary>An engine in the server's own process, on SQLite: for a first look on one machine. It serves 'cpu' and 'gpu'.</summary>
internal sealed class FirstLookEngine : IAsyncDisposable
{
    private readonly EmbeddedEngine _engine;
    private readonly EngineOptions _options;
    private readonly DateTimeOffset _started;

    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FirstLookEngine(EngineOptions options)
    {
        _options = options with { Report = (what, error) => Report(options, what, error) };
        _engine = EmbeddedEngine.Start(_options);
        _started = options.Time.GetUtcNow();
    }

    /// <summary>Ends when its folder was taken away: it runs nothing more then.</summary>
    public Task Lost => _lost.Task;

    /// <summary>Its rings, for the dashboard.</summary>
    public JobStorage Rings => _engine.Rings;

    /// <summary>Takes the root.</summary>
    public static FirstLookEngine Start(string root) => Start(new EngineOptions
    {
        Root = root,
        Slots = new Dictionary<string, int>(StringComparer.Ordinal) { ["cpu"] = Environment.ProcessorCount, ["gpu"] = Environment.ProcessorCount },
        Executors = PhaseCatalog.All,
        Child = ChildCommand.Self("stage"),
        Jitter = () => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30),
        Report = (what, error) => Console.Error.WriteLine($"{what}: {error.Message}"),
    });

    /// <summary>Takes the root of an engine of other making.</summary>
    public static FirstLookEngine Start(EngineOptions options) => new(options);

    /// <summary>Makes its ledger the server's.</summary>
    public void Register(IServiceCollection services) => services
        .AddSingleton<KnownWorkers>(() => [new WorkerView(_options.Note(_engine.Worker, HostCommand.Version, "auto"), _started, _started, IsLive: true, [])])
        .AddSingleton(_engine.Ledger)
        .AddSingleton((IOutbox)_engine.Ledger)
        .AddSingleton(new RunService(_engine.Ledger, _options.Executors.ToDictionary(e => e.Kind, e => e.Version, StringComparer.Ordinal)));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private void Report(EngineOptions options, string what, Exception error)
    {
        options.Report(what, error);
        if (error is RootLostException)
            _lost.TrySetResult();
    }
}
