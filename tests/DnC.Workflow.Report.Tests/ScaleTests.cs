using System.Diagnostics;
using System.Globalization;
using System.Text;
using DnC.Workflow.Cli.Tests.EndToEnd;

namespace DnC.Workflow.Report.Tests;

/// <summary>Of 200 experts. With DNC_REPORT_POINTS=50000 of ten million points; how long it takes is told, and no matter of this test.</summary>
public sealed class ScaleTests(ITestOutputHelper output) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_report_of_very_much_stays_small()
    {
        var points = int.Parse(Environment.GetEnvironmentVariable("DNC_REPORT_POINTS") ?? "500", CultureInfo.InvariantCulture);
        var reading = new SampleRun(_folder.Path, clusters: 200, images: 2000) { Points = points }.Reading();
        var watch = Stopwatch.StartNew();
        var before = Environment.CpuUsage.TotalTime;

        var facts = Report.Reading.FactsReader.Read(reading);
        var (read, work) = (watch.Elapsed, Environment.CpuUsage.TotalTime - before);
        var html = ReportPage.Html(facts);
        output.WriteLine($"{facts.Curves.Sum(c => c.Points)} points: read in {read.TotalSeconds:0.0} s ({work.TotalSeconds:0.0} s of processors), written in {(watch.Elapsed - read).TotalSeconds:0.0} s, {Encoding.UTF8.GetByteCount(html)} bytes");

        Assert.Equal(203, facts.Curves.Count);
        Assert.All(facts.Curves, c => Assert.Equal(points, c.Points));
        Assert.All(facts.Curves, c => Assert.True(c.Loss.Steps.Count is > 30 and < 100));
        Assert.Equal(200, facts.Divisions.Single().Clusters.Count);
        Assert.True(Encoding.UTF8.GetByteCount(html) < 10_000_000, $"{html.Length} characters");
        if (Environment.GetEnvironmentVariable("DNC_SCREENSHOTS") is { } folder)
            File.WriteAllText(Path.Combine(folder, "scale.html"), html);
    }
}
