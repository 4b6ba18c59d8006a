using System.Buffers.Binary;
using System.Text;

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
    public void A_narrow_model_trains_on_odd_batches_with_several_threads()
    {
        string[] threads = ["base.threads=2", "experts.threads=2", "distill.threads=2"], batches = ["base.batch=15", "experts.batch=15", "distill.batch=15"];
        var run = DncProcess.Run(["run", finished.Spec, "--data", finished.Data.Shards, "--root", _folder.At("root"), .. threads.Concat(batches).SelectMany(s => new[] { "--set", s })]);
        Assert.DoesNotContain("starts again", run.Expect(0).All, StringComparison.Ordinal);
        Assert.Equal(2, RunStatus.Of(_folder.At("root"))["base"].Metrics!.Value.GetProperty("provenance").GetProperty("threads").GetInt32());
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
        Assert.Equal(["raw pixels", "base", "dnc@1", "dnc"], status.Report.Evaluation.Select(r => r.Model).Where(m => m != "chance"));
        Assert.Equal(SmallSpec.Clusters, Assert.Single(status.Report.LaterClusters).Clusters);
        Assert.Equal(status.Output("distill@2", "model.safetensors"), status.Report.Model);

        // The first round's model was 'dnc' before: what has changed is its name in the table.
        Assert.Equal("reused", status["evaluate[base]"].State);
        Assert.All(ReuseTests.Outlook(root.Plan("--set", "rounds=2").Expect(0)).Values, would => Assert.Equal("reused", would));
        var outlook = ReuseTests.Outlook(root.Plan("--set", "rounds=3").Expect(0));
        Assert.Equal(("reused", "runs", "depends on embed@3"), (outlook["distill@2"], outlook["embed@3"], outlook["cluster@3"]));
    }

    [Fact]
    public void A_later_round_takes_over_the_experts_of_clusters_that_stayed_the_same()
    {
        // Dark pictures and bright ones of much contrast: any network tells them apart, so the clusters of both rounds have the same members.
        var images = _folder.Make("images");
        for (var i = 0; i < 96; i++)
        {
            var bright = i % 2 == 0;
            var pixels = new byte[3 * 32 * 32];
            for (var p = 0; p < pixels.Length; p++)
                pixels[p] = (byte)(bright ? ((p / 3 % 32 / 4) + (p / 96 / 4)) % 2 == 0 ? 255 : i % 32 : 8 + ((i * 7) + (p / 96)) % 24);
            File.WriteAllBytes(Path.Combine(images, $"{i:D3}.bmp"), Bitmap(pixels, side: 32));
        }

        string[] command = ["run", finished.Spec, "--data", images, "--root", _folder.At("root"), "--set", "rounds=2", "--set", "cluster.k=2"];
        DncProcess.Run(command).Expect(0);
        var status = RunStatus.Of(_folder.At("root"));

        Assert.Equal([48, 48], status["cluster"].Metrics!.Value.GetProperty("sizes").EnumerateArray().Select(s => s.GetInt32()));
        Assert.Equal(["expert@2[0]", "expert@2[1]"], status.In("reused"));
        foreach (var stage in new[] { "expert@2[0]", "expert@2[1]" })
            Assert.Contains(status[stage].ReusedFrom, new[] { $"{status.Report.Id}/expert[0]", $"{status.Report.Id}/expert[1]" });
        Assert.NotEqual(File.ReadAllBytes(status.Output("distill", "model.safetensors")), File.ReadAllBytes(status.Output("distill@2", "model.safetensors")));

        // Experts that start from the base are others where the base is another one.
        DncProcess.Run([.. command, "--set", "experts.init=base"]).Expect(0);
        Assert.Equal(["base", "embed", "cluster"], RunStatus.Of(_folder.At("root")).In("reused"));
    }

    [Fact]
    public void Rivals_are_added_to_a_finished_run_each_with_a_row_of_its_own()
    {
        var root = finished.Copy(_folder);
        string[] rivals = ["full-set-experts", "random-partitions", "cached-teachers", "augmented-teachers"], asked = ["--set", $"evaluate.compare={string.Join(',', rivals)}"];
        var before = ReuseTests.Outlook(root.Plan(asked).Expect(0));
        Assert.Equal(("reused", "reused", "runs", "depends on partition@random"), (before["distill"], before["distill[augmented-teachers]"], before["partition@random"], before["expert@random[0]"]));
        Assert.Equal("runs", before["expert@full-set[2]"]);
        root.Run(asked).Expect(0);

        var status = root.Status();
        Assert.Equal("succeeded", status.Report.State);
        Assert.Equal(rivals, status.Report.Evaluation.Select(r => r.Model).Intersect(rivals).OrderBy(r => Array.IndexOf(rivals, r)));
        var printed = root.Run(asked).Expect(0).Out;
        Assert.Equal(rivals, rivals.OrderBy(r => printed.IndexOf($"  {r} ", StringComparison.Ordinal)));
        Assert.All(["base", "embed", "cluster", "expert[0]", "distill", "distill[augmented-teachers]"], own => Assert.Equal("reused", status[own].State));
        var sizes = new[] { "cluster", "partition@random" }.Select(s => status[s].Metrics!.Value.GetProperty("sizes").ToString()).ToArray();
        Assert.Equal(sizes[0], sizes[1]);
        Assert.All(ReuseTests.Outlook(root.Plan(asked).Expect(0)).Values, would => Assert.Equal("reused", would));
    }

    [Theory]
    [InlineData("simclr")]
    [InlineData("byol")]
    public void Another_objective_runs_the_whole_method(string objective)
    {
        var root = finished.Copy(_folder);
        string[] asked = ["--set", $"base.objective={objective}", "--set", $"experts.objective={objective}"];
        root.Run(asked).Expect(0);

        var status = root.Status();
        Assert.Equal("succeeded", status.Report.State);
        Assert.Equal(["evaluate[pixels]"], status.In("reused"));
        Assert.Contains(status.Report.Evaluation, r => r.Model == "dnc");
        Assert.Contains("reused", root.Plan(asked).Expect(0).Out, StringComparison.Ordinal);
        var dear = objective == "byol";
        Assert.Equal(dear, Flops(status, "base") > Flops(RunStatus.Of(finished.Root), "base"));
        Assert.DoesNotContain("predictor", Encoding.Latin1.GetString(File.ReadAllBytes(status.Output("base", "model.safetensors"))), StringComparison.Ordinal);

        static double Flops(RunStatus of, string stage) => of[stage].Metrics!.Value.GetProperty("flops").GetDouble();
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

    /// <summary>A bitmap of 24 bits a pixel; rows of a multiple of four bytes need no padding.</summary>
    private static byte[] Bitmap(byte[] pixels, int side)
    {
        var file = new byte[54 + pixels.Length];
        "BM"u8.CopyTo(file);
        foreach (var (at, value) in new[] { (2, file.Length), (10, 54), (14, 40), (18, side), (22, side), (34, pixels.Length) })
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        (file[26], file[28]) = (1, 24);
        pixels.CopyTo(file, 54);
        return file;
    }
}
