using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Execute;

public sealed class DataSightTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_not_seen_is_left_to_others_until_it_is_there_and_was_looked_at_again()
    {
        var sight = new DataSight(_time);
        Assert.False(sight.Sees(Claim()));
        Assert.Equal([("run", "lambda")], sight.Avoided());
        Assert.Equal([_folder.At("images")], sight.Folders);

        // An empty folder is where something is to be mounted.
        _folder.Make("images");
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([("run", "lambda")], sight.Avoided());

        File.WriteAllText(_folder.At("images", "1.png"), "");
        Assert.Equal([("run", "lambda")], sight.Avoided());
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(sight.Avoided());
        Assert.Empty(sight.Folders);
        Assert.True(sight.Sees(Claim()));
    }

    [Fact]
    public void A_stage_that_reads_no_images_needs_none()
    {
        var sight = new DataSight(_time);
        Assert.True(sight.Sees(RunnerFixture.Claim() with { Data = new DataSpec { Path = _folder.At("images") } }));
        Assert.Empty(sight.Avoided());
    }

    private StageClaim Claim() => Reading(_folder.At("images"));

    /// <summary>A claim of a stage that reads images.</summary>
    internal static StageClaim Reading(string folder)
    {
        var claim = RunnerFixture.Claim();
        return claim with { Node = claim.Node with { Data = new Dictionary<string, string> { ["train"] = "digest" } }, Data = new DataSpec { Path = folder } };
    }
}
