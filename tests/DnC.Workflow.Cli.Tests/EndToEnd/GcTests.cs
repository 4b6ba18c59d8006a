namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>'dnc gc' on a root, and artifact stores that cannot be used.</summary>
public sealed class GcTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Old_runs_go_with_all_that_only_they_need()
    {
        var root = finished.Copy(_folder);
        var run = root.Status().Report.Id;
        var artifacts = Path.Combine(root.Root, "artifacts");

        // By default a run of this minute is kept; and its artifacts are too young to go anyway.
        Assert.Contains("Deleted 0 runs and 0 artifacts", DncProcess.Run("gc", "--root", root.Root).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("left for the next time", DncProcess.Run("gc", "--keep-runs", "0", "--dry-run", "--root", root.Root).Expect(0).Out, StringComparison.Ordinal);
        foreach (var path in Directory.EnumerateFileSystemEntries(artifacts, "*", SearchOption.AllDirectories).Order().Reverse())
        {
            if (Directory.Exists(path))
                Directory.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(40));
            else
                File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(40));
        }

        var dry = DncProcess.Run("gc", "--keep-runs", "0", "--dry-run", "--root", root.Root).Expect(0).Out;
        Assert.Contains($"would delete {run}/base.1-1 (", dry, StringComparison.Ordinal);
        Assert.Contains($"would delete run {run} ", dry, StringComparison.Ordinal);
        Assert.Equal(run, root.Status().Report.Id);

        var done = DncProcess.Run("gc", "--keep-runs", "0", "--root", root.Root).Expect(0).Out;
        Assert.Equal(dry.Replace("would delete", "deletes", StringComparison.Ordinal).Split('\n').Count(l => l.StartsWith("deletes ", StringComparison.Ordinal) && l.Contains('/', StringComparison.Ordinal)),
            done.Split('\n').Count(l => l.StartsWith("deletes ", StringComparison.Ordinal)));
        Assert.Matches(@"Deleted 1 runs and \d+ artifacts \(.*\); 0 artifacts", done);
        Assert.Empty(Directory.EnumerateDirectories(artifacts));
        Assert.False(Directory.Exists(Path.Combine(root.Root, "work", run)));
        Assert.Equal(2, DncProcess.Run("status", "--root", root.Root).Code);
    }

    [Theory]
    [InlineData("--keep-days", "-1")]
    [InlineData("--keep-runs", "many")]
    public void A_bound_that_is_no_number_deletes_nothing(string option, string value)
    {
        var error = DncProcess.Run("gc", option, value, "--root", finished.Root).Expect(2).All;
        Assert.Contains(value, error, StringComparison.Ordinal);
        Assert.NotNull(RunStatus.Of(finished.Root).Report.Id);
    }

    [Fact]
    public void A_root_without_a_run_says_so() =>
        Assert.Contains("no run", DncProcess.Run("gc", "--root", _folder.At("none")).Expect(2).Error, StringComparison.Ordinal);

    [Fact]
    public void A_bucket_without_credentials_is_said_before_anything_else()
    {
        var environment = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["AWS_ACCESS_KEY_ID"] = "",
            ["AWS_SECRET_ACCESS_KEY"] = "",
            ["AWS_SHARED_CREDENTIALS_FILE"] = _folder.At("no-credentials"),
            ["AWS_CONFIG_FILE"] = _folder.At("no-config"),
            ["HOME"] = _folder.Path,
        };
        using var dnc = DncProcess.Start("", environment, "gc", "--postgres", "Host=127.0.0.1;Port=9;Database=dnc;Password=a secret", "--artifacts", "s3://some-bucket/dnc", "--root", _folder.At("root"));
        var error = dnc.Wait().Expect(2).Error.ReplaceLineEndings(" ");
        Assert.Contains("no credentials for bucket 'some-bucket' at http://127.0.0.1:9", error, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", error, StringComparison.Ordinal);
    }
}
