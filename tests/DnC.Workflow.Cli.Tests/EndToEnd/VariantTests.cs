namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>What else a spec or a command may ask of a run: presets, rounds, hashed data.</summary>
public sealed class VariantTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_preset_is_laid_over_the_file_and_a_setting_of_the_command_line_over_both()
    {
        var root = finished.Copy(_folder);
        const string presets = """{ "presets": { "slow": { "distill": { "learningRate": 0.05 } }, "wide": { "cluster": { "k": 5 } } }, "preset": "wide",""";
        var spec = _folder.Write("presets.json", presets + File.ReadAllText(finished.Spec).TrimStart()[1..]);

        Assert.Equal(5, Plan().Keys.Count(s => s.StartsWith("expert", StringComparison.Ordinal)));
        Assert.Equal(4, Plan("--set", "cluster.k=4").Keys.Count(s => s.StartsWith("expert", StringComparison.Ordinal)));
        DncProcess.Run("run", spec, "--preset", "slow", "--data", root.Data, "--root", root.Root).Expect(0);

        // As if the file had said so: all that came before is the finished run's.
        Assert.Equal(["distill", "evaluate[dnc]"], root.Status().In("succeeded"));
        Assert.Equal("reused", Plan("--preset", "slow")["distill"]);

        Dictionary<string, string> Plan(params string[] more) => ReuseTests.Outlook(DncProcess.Run(["plan", spec, "--data", root.Data, "--root", root.Root, .. more]).Expect(0));
    }

    [Fact]
    public void A_second_round_divides_by_what_the_first_has_distilled()
    {
        var root = finished.Copy(_folder);
        root.Run("--set", "rounds=2").Expect(0);

        var status = root.Status();
        Assert.Equal("succeeded", status.Report.State);
        Assert.Equal(["base", "embed", "cluster", "expert[0]", "expert[1]", "expert[2]", "distill"], status.In("reused").Where(s => !s.StartsWith("evaluate", StringComparison.Ordinal)));
        Assert.Equal(["embed@2", "cluster@2", "expert@2[0]", "expert@2[1]", "expert@2[2]", "distill@2"], status.In("succeeded").Where(s => !s.StartsWith("evaluate", StringComparison.Ordinal)));
        Assert.NotEqual(File.ReadAllBytes(status.Output("distill", "model.safetensors")), File.ReadAllBytes(status.Output("distill@2", "model.safetensors")));
        Assert.Contains(status.Report.Evaluation, r => r.Model == "dnc");
    }

    [Fact]
    public void Verified_data_is_known_by_its_bytes_and_not_by_its_times()
    {
        TestFolder.Copy(finished.Data.Shards, _folder.At("data"));
        string[] with = [finished.Spec, "--data", _folder.At("data"), "--root", _folder.At("root")];
        DncProcess.Run(["run", .. with, "--verify-data"]).Expect(0);
        var shard = Directory.EnumerateFiles(_folder.At("data"), "pretrain-*.tar").First();
        var written = File.GetLastWriteTimeUtc(shard);

        File.SetLastWriteTimeUtc(shard, written.AddHours(1));
        Assert.All(Plan("--verify-data"), s => Assert.Equal("reused", s.Value));

        // One bit of a picture, in a file of the same length and time: seen by its bytes alone.
        var before = Plan();
        using (var file = File.Open(shard, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = 512 + 100;
            var old = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(old ^ 1));
        }

        File.SetLastWriteTimeUtc(shard, written.AddHours(1));
        Assert.Equal("runs", Plan("--verify-data")["base"]);
        Assert.Equal(before, Plan());

        Dictionary<string, string> Plan(params string[] more) => ReuseTests.Outlook(DncProcess.Run(["plan", .. with, .. more]).Expect(0));
    }
}
