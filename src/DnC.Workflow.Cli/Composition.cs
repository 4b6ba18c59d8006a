using System.Data.Common;
using System.Reflection;
using System.Security.Cryptography;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.Execute.Tracking;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli;

/// <summary>Which project serves which port: the composition root of every role.</summary>
internal static class Composition
{
    /// <summary>What 'dnc stage' runs and what an engine announces.</summary>
    public static IReadOnlyList<IStageExecutor> Executors => PhaseCatalog.All;

    /// <summary>The versions by kind: part of every key.</summary>
    public static IReadOnlyDictionary<string, int> Versions => Executors.ToDictionary(e => e.Kind, e => e.Version, StringComparer.Ordinal);

    /// <summary>The ledger of a root.</summary>
    public static SqlLedger OpenLedger(Root root, IDoorbell doorbell) => OpenLedger(root, doorbell, _ => { });

    /// <summary>An engine in this process, serving one run and the classes that its graph asks for.</summary>
    /// <param name="root">Where.</param>
    /// <param name="graph">The run's.</param>
    /// <param name="run">The run's id as soon as it is known; null until then, and nothing is claimed.</param>
    /// <param name="trouble">Told of what goes wrong outside any attempt.</param>
    /// <exception cref="UserInputException">The root is in use or cannot be written.</exception>
    public static EmbeddedEngine StartEngine(Root root, StageGraph graph, Func<string?> run, EngineTrouble trouble) => EmbeddedEngine.Start(
        new EngineOptions
        {
            Root = root.Path,
            Slots = graph.Stages.Select(s => s.Resource).Distinct(StringComparer.Ordinal).ToDictionary(c => c, _ => SlotsPerClass, StringComparer.Ordinal),
            Executors = Executors,
            OnlyRun = () => run() ?? NoRun,
            TensorBoard = Path.Combine(root.Path, "tensorboard"),
            Mlflow = Mlflow(null),
            Child = ChildCommand.Self("stage"),
            Device = HasCuda ? DevicePlan("auto").Of : _ => null,
            Jitter = Jitter,
            Report = trouble.Report,
        },
        bell => OpenLedger(root, bell, trouble.LedgerFailed));

    private static SqlLedger OpenLedger(Root root, IDoorbell doorbell, Action<DbException> failed) =>
        SqlLedger.Open(root.LedgerFile, new LedgerParts { Clock = TimeProvider.System, Doorbell = doorbell, Jitter = Jitter, Failed = failed });

    /// <summary>A worker among many.</summary>
    /// <param name="place">Ledger and rings.</param>
    /// <param name="slots">Slots by class.</param>
    /// <param name="work">The worker's own folder.</param>
    /// <param name="devices">Which stage runs where.</param>
    /// <param name="report">Told of what goes wrong outside any attempt.</param>
    public static WorkerOptions Worker(Shared place, IReadOnlyDictionary<string, int> slots, string work, DevicePlan devices, Action<string, Exception> report) => new()
        {
            Engine = new EngineOptions
            {
                Root = work,
                Slots = slots,
                Executors = Executors,
                Child = ChildCommand.Self("stage"),
                Device = devices.Of,
                Jitter = Jitter,
                Report = report,
            },
            ConnectionString = place.ConnectionString,
            OpenStore = () => place.OpenStore(Path.Combine(work, "cache")),
            Version = Version,
            Device = devices.Text,
        };

    /// <summary>The MLflow server that an option or DNC_MLFLOW names; null: none does.</summary>
    /// <exception cref="UserInputException">It is no address of one.</exception>
    public static MlflowServer? Mlflow(string? named) =>
        (named ?? Environment.GetEnvironmentVariable("DNC_MLFLOW")) is { Length: > 0 } address ? MlflowServer.Of(address, Environment.GetEnvironmentVariable) : null;

    /// <summary>The program's version, as 'dnc --version' says it.</summary>
    public static string Version { get; } =
        typeof(Composition).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>Which stage runs on which device of this machine.</summary>
    /// <param name="device">'auto', 'cpu' or 'cuda:N'.</param>
    /// <exception cref="UserInputException">No such device here.</exception>
    public static DevicePlan DevicePlan(string device) =>
        new(device, HasCuda, Gpus.Find(visible: Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES")));

    /// <summary>Looks whether the devices that stages name are on this machine, before any work is done for them.</summary>
    /// <exception cref="UserInputException">One is not: names the stage.</exception>
    public static void RefuseMissingDevices(IEnumerable<StageNode> stages)
    {
        var devices = DevicePlan("auto");
        foreach (var stage in stages)
        {
            try
            {
                devices.Of(stage);
            }
            catch (UserInputException e)
            {
                throw new UserInputException($"Stage '{stage.Name}': {e.Message} As a setting: --set {(stage.Kind == "expert" ? "experts" : stage.Kind)}.device=auto.", e);
            }
        }
    }

    /// <summary>On the CPU a stage a core; with a CUDA libtorch one at a time, since stages on one machine would share its GPU. [ours]</summary>
    private static int SlotsPerClass => HasCuda ? 1 : Environment.ProcessorCount;

    // By its files: asking libtorch itself would load it into the engine.
    private static bool HasCuda => new[] { AppContext.BaseDirectory, Environment.GetEnvironmentVariable("DNC_LIBTORCH") }
        .Where(folder => !string.IsNullOrEmpty(folder) && Directory.Exists(folder))
        .Any(folder => Directory.EnumerateFiles(folder!, "*torch_cuda.*", SearchOption.AllDirectories).Any());

    /// <summary>An id that no run has.</summary>
    private const string NoRun = "";

    /// <summary>A draw in [0, 1) that spreads retries and passes.</summary>
    public static double Jitter() => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30);
}
