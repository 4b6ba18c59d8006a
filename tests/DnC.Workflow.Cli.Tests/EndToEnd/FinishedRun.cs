[assembly: AssemblyFixture(typeof(DnC.Workflow.Cli.Tests.EndToEnd.FinishedRun))]

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>A run that has succeeded, made once; each test works on a copy of its root.</summary>
public sealed class FinishedRun : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Lazy<DncResult> _first;

    public FinishedRun()
    {
        Data = new SmallData();
        Spec = _folder.Write("small.json", SmallSpec.Text());
        _first = new(() => DncProcess.Run("run", Spec, "--data", Data.Shards, "--root", _folder.At("root")).Expect(0));
    }

    public SmallData Data { get; }

    public string Spec { get; }

    /// <summary>What it printed.</summary>
    public DncResult First => _first.Value;

    /// <summary>The root itself: to look at only.</summary>
    public string Root => First.Code == 0 ? _folder.At("root") : throw new InvalidOperationException("unreachable");

    /// <summary>A copy of the root inside a folder.</summary>
    public RootCopy Copy(TestFolder into)
    {
        TestFolder.Copy(Root, into.At("root"));
        return new RootCopy(into.At("root"), Spec, Data.Shards);
    }

    public void Dispose()
    {
        Data.Dispose();
        _folder.Dispose();
    }
}

/// <summary>A root with the spec and the data that its commands are given.</summary>
public sealed record RootCopy(string Root, string Spec, string Data)
{
    public DncResult Run(params string[] more) => DncProcess.Run(["run", Spec, "--data", Data, "--root", Root, .. more]);

    public DncResult Plan(params string[] more) => DncProcess.Run(["plan", Spec, "--data", Data, "--root", Root, .. more]);

    public RunStatus Status(params string[] run) => RunStatus.Of(Root, run);
}
