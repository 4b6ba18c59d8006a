using DnC.Workflow.Cli.Tests.EndToEnd;

[assembly: AssemblyFixture(typeof(DnC.Workflow.Report.Tests.EndToEnd.ReportedRuns))]

namespace DnC.Workflow.Report.Tests.EndToEnd;

/// <summary>Real runs with the reports that they ended with, each made once: one that succeeded, one without labels, one that failed.</summary>
public sealed class ReportedRuns : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SmallData _data = new();
    private readonly Lazy<ReportedRun> _whole;
    private readonly Lazy<ReportedRun> _unlabelled;
    private readonly Lazy<ReportedRun> _failed;

    public ReportedRuns()
    {
        var spec = _folder.Write("small.json", SmallSpec.Text());
        _whole = new(() => Run("whole", 0, spec, "--data", _data.Shards));
        _unlabelled = new(() =>
        {
            _data.WriteFlat(_folder.Make("flat"), spoilt: 1);
            return Run("unlabelled", 0, spec, "--data", _folder.At("flat"));
        });
        _failed = new(() =>
        {
            TestFolder.Copy(Whole.Root, _folder.At("failed"));
            return Run("failed", 1, spec, "--data", _data.Shards, "--set", "distill.learningRate=100", "--set", "distill.lastLayerRate=10", "--set", "distill.epochs=8", "--set", "distill.checkpointSeconds=0");
        });
    }

    public ReportedRun Whole => _whole.Value;

    public ReportedRun Unlabelled => _unlabelled.Value;

    public ReportedRun Failed => _failed.Value;

    public ReportedRun Of(string name) => name switch
    {
        "whole" => Whole,
        "unlabelled" => Unlabelled,
        _ => Failed,
    };

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    private ReportedRun Run(string root, int code, params string[] arguments)
    {
        var result = DncProcess.Run(["run", .. arguments, "--root", _folder.At(root)]).Expect(code);
        var line = result.Out.Split('\n').Last(l => l.StartsWith("Report: ", StringComparison.Ordinal));
        return new ReportedRun(_folder.At(root), line["Report: ".Length..].Trim(), result);
    }
}

/// <summary>A run that has ended.</summary>
/// <param name="Root">Where it is.</param>
/// <param name="Page">The report that it ended with.</param>
/// <param name="Told">What it printed.</param>
public sealed record ReportedRun(string Root, string Page, DncResult Told)
{
    public string Id => Path.GetFileNameWithoutExtension(Page);
}
