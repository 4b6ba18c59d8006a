namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>What goes wrong while a run runs.</summary>
public sealed class FailureTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_loss_that_is_no_number_stops_the_stage_and_names_step_and_images()
    {
        var root = finished.Copy(_folder);
        string[] wild = ["--set", "distill.learningRate=100", "--set", "distill.lastLayerRate=10", "--set", "distill.epochs=8", "--set", "distill.checkpointSeconds=0"];
        var result = root.Run(wild).Expect(1);
        Assert.Matches(@"distill: The loss is (NaN|∞|-∞|Infinity|-Infinity) at step \d+ \(learning rate [\d.]+\)", result.Error);
        Assert.Contains("learningRate", result.Error, StringComparison.Ordinal);
        Assert.Contains("go on with:", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.All, StringComparison.Ordinal);

        var status = root.Status();
        Assert.Equal(("failed", "failed", 1), (status.Report.State, status["distill"].State, status["distill"].Attempts));
        Assert.Contains(
            $"After mending the cause, go on with:\n  dnc resume {status.Report.Id} --root {root.Root}\n", DncProcess.Run("status", "--root", root.Root).Expect(0).Out, StringComparison.Ordinal);
        var area = Directory.EnumerateDirectories(Path.Combine(root.Root, "work", status.Report.Id, "distill")).Single();
        Assert.Contains("Images of the batch: ", File.ReadAllText(Path.Combine(area, "log.txt")), StringComparison.Ordinal);
        Assert.Contains("Images of the batch: ", DncProcess.Run("log", status.Report.Id, "distill", "--root", root.Root).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains($"Stage 'evaluate[dnc]' of run {status.Report.Id} has no log: it is waiting", DncProcess.Run("log", status.Report.Id, "evaluate[dnc]", "--root", root.Root).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("it has 1-1", DncProcess.Run("log", status.Report.Id, "distill", "--attempt", "7-7", "--root", root.Root).Expect(2).Error, StringComparison.Ordinal);
        var step = int.Parse(System.Text.RegularExpressions.Regex.Match(result.Error, @"at step (\d+)").Groups[1].Value);
        if (step > 0)
            Assert.Equal([$"distill.1-1.checkpoint-{step}"], Directory.EnumerateDirectories(Path.Combine(root.Root, "artifacts", status.Report.Id), "*.checkpoint-*").Select(Path.GetFileName));
    }

    [Fact]
    public void A_cause_stands_once_where_both_outputs_are_one_place_and_in_each_where_they_are_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Whether two outputs are one place is known on Linux, or of terminals.");
        var data = _folder.Make("spoilt");
        finished.Data.WriteFlat(data, spoilt: 100);
        string[] run = ["run", finished.Spec, "--data", data, "--root", _folder.At("root")];
        var (code, both) = DncProcess.RunTogether(run);
        Assert.Equal(1, code);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(both, "could not be read"));
        Assert.Contains("  base failed (above)\n", both, StringComparison.Ordinal);

        var apart = DncProcess.Run(run).Expect(1);
        Assert.Contains("could not be read", apart.Out, StringComparison.Ordinal);
        Assert.Contains("  base: At least ", apart.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_lost_artifact_makes_its_producer_run_again(bool damaged)
    {
        var root = finished.Copy(_folder);
        var file = root.Status().Output("expert[1]", "model.safetensors");
        if (damaged)
            Spoil(file);
        else
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        string[] changed = ["--set", "distill.learningRate=0.05"];
        if (!damaged)
            Assert.Equal("runs", ReuseTests.Outlook(root.Plan(changed).Expect(0))["expert[1]"]);

        root.Run(changed).Expect(0);

        var status = root.Status();
        Assert.Equal("succeeded", status.Report.State);
        Assert.Equal(["expert[1]", "distill", "evaluate[dnc]"], status.In("succeeded"));
        Assert.True(new FileInfo(status.Output("expert[1]", "model.safetensors")).Length > 0);
    }

    [Fact]
    public void A_damaged_artifact_is_mended_for_the_run_that_made_it_too()
    {
        var root = finished.Copy(_folder);
        var before = root.Status();
        var file = before.Output("base", "model.safetensors");
        var weights = File.ReadAllBytes(file);
        Spoil(file);
        DncProcess.Run("rerun", before.Report.Id, "embed", "--root", root.Root).Expect(0);
        var status = root.Status();
        Assert.Equal("succeeded", status.Report.State);
        Assert.Equal(2, status["base"].Generation);
        Assert.Equal(weights, File.ReadAllBytes(status.Output("base", "model.safetensors")));
    }

    private static void Spoil(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[^5] ^= 0x40;
        File.WriteAllBytes(file, bytes);
    }
}
