using Microsoft.Data.Sqlite;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>Mistakes that can be known beforehand: exit code 2, a message that says what, where and how to mend it, and nothing is started.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly FinishedRun _finished;
    private readonly TestFolder _folder = new();

    public BadInputTests(FinishedRun finished)
    {
        _finished = finished;
        _folder.Make("empty");
        _folder.Make("words");
        _folder.Write(Path.Combine("words", "readme.txt"), "no image");
        _folder.Write("file", "");
        _folder.Write("typo.json", """{ "base": { "epoch": 3 } }""");
        _folder.Write("two.json", """{ "base": { "epochs": -3, "batch": 1.5 }, "cluster": { "k": "five" } }""");
        _folder.Write("nopath.json", """{ "data": { "path": "" } }""");
        _folder.Write("text.json", "epochs: 3");
        _folder.Write("twice.json", """{ "seed": 1, "seed": 2 }""");
        _folder.Write("sets.json", """{ "presets": 5 }""");
        File.WriteAllBytes(_folder.At("latin.json"), [.. "{ \"name\": \"Z"u8, 0xFC, .. "rich\" }"u8]);
        _folder.Write("huge.json", new string(' ', (4 << 20) + 1));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Command lines in which SPEC, DATA, ROOT and TMP stand for paths; what the message has to say.</summary>
    public static TheoryData<string, string[]> Mistakes => new()
    {
        { "run SPEC --data TMP/none --root ROOT", ["TMP/none", "does not exist", "--data"] },
        { "run SPEC --data TMP/empty --root ROOT", ["TMP/empty", "is empty", "pretrain-*.tar", ".png"] },
        { "run SPEC --data TMP/words --root ROOT", ["TMP/words", "no images", ".png"] },
        { "run SPEC --data TMP/file --root ROOT", ["TMP/file", "is a file"] },
        { "run SPEC --data  --root ROOT", ["--data is empty; expected a folder of images."] },
        { "run SPEC --set data.path= --root ROOT", ["data.path is empty; expected a folder of images: --data FOLDER."] },
        { "plan TMP/nopath.json --root ROOT", ["data.path is empty; expected a folder of images: --data FOLDER."] },
        { "run SPEC --data DATA --set base.weights= --root ROOT", ["base.weights is empty; expected a file of weights: --set base.weights=FILE"] },
        { "init TMP/new.json --data ", ["--data is empty; expected a folder of images."] },
        { "embed zzz --data  --out TMP/x.csv --root ROOT", ["--data is empty; expected a folder of images."] },
        { "embed zzz --data DATA --out  --root ROOT", ["--out is empty; expected a file."] },
        { "route zzz --data  --out TMP/x.csv --root ROOT", ["--data is empty; expected a folder of images."] },
        { "search zzz --index  TMP/file --root ROOT", ["--index is empty; expected a file."] },
        { "search zzz --index TMP/x.csv TMP/file --html TMP/x.html --data  --root ROOT", ["--data is empty; expected a folder of images."] },
        { "export zzz --out  --root ROOT", ["--out is empty; expected a folder."] },
        { "clusters zzz --out  --root ROOT", ["--out is empty; expected a folder."] },
        { "clusters zzz --out TMP/file --root ROOT", ["--out TMP/file: is a file; expected a folder."] },
        { "schema --out ", ["--out is empty; expected a file."] },
        { "worker --queues cpu:1 --work  --root ROOT", ["--work is empty; expected a folder."] },
        { "worker --queues cpu:1 --tensorboard  --root ROOT", ["--tensorboard is empty; expected a folder."] },
        { "status --root ROOT --postgres ", ["--postgres is empty; expected a connection string"] },
        { "run SPEC --root ROOT", ["No data", "--data PATH", "data.path"] },
        { "run TMP/typo.json --data DATA --root ROOT", ["typo.json", "'base.epoch' is not a setting", "'epochs'"] },
        { "run TMP/two.json --data DATA --root ROOT", ["3 settings", "'base.epochs' is -3; expected a number above 0", "'base.batch' is 1.5; expected a whole number from 2 to 65536", "'cluster.k' is \"five\""] },
        { "run TMP/text.json --data DATA --root ROOT", ["text.json", "not JSON: line 1, column 1: "] },
        { "run TMP/twice.json --data DATA --root ROOT", ["twice.json", "twice", "seed"] },
        { "run TMP/sets.json --data DATA --root ROOT", ["TMP/sets.json", "'presets' is 5", "named sets"] },
        { "run TMP/latin.json --data DATA --root ROOT", ["TMP/latin.json", "byte 12", "0xFC", "UTF-8"] },
        { "run TMP/huge.json --data DATA --root ROOT", ["huge.json", "4 MB"] },
        { "run TMP/empty --data DATA --root ROOT", ["TMP/empty is a folder", "--data"] },
        { "run TMP/none.json --data DATA --root ROOT", ["TMP/none.json", "workflows/"] },
        { "run SPEC --data DATA --root ROOT --set base.learningRate=101", ["base.learningRate", "101", "above 0 up to 100"] },
        { "run SPEC --data DATA --root ROOT --set base.objective=dino", ["--set base.objective=dino", "'base.objective' is \"dino\"", "one of moclr, simclr, byol"] },
        { "run SPEC --data DATA --root ROOT --set base.nope=1", ["nope", "learningRate"] },
        { "run SPEC --data DATA --root ROOT --set base", ["path=value"] },
        { "run SPEC --data DATA --root ROOT --preset nope", ["nope", "small.json"] },
        { "run SPEC --data DATA --root ROOT --set cluster.k=301", ["cluster.k is 301", "300 images", "smaller"] },
        { "run SPEC --data DATA --root ROOT --set cluster.levels=[301]", ["cluster.levels begins with 301", "300 images", "smaller"] },
        { "run SPEC --data DATA --root ROOT --set cluster.metric=manhattan", ["cluster.metric", "manhattan", "cosine, euclidean"] },
        { "run SPEC --data DATA --root ROOT --set base.warmupEpochs=2", ["error: --set base.warmupEpochs=2:", "'base.epochs' is 1"] },
        { "run SPEC --data DATA --root ROOT --set clutser.k=3", ["error: --set clutser.k=3:", "Did you mean 'cluster.k'?"] },
        { "run SPEC --data DATA --root ROOT --set base.device=cuda:77", ["Stage 'base': Device 'cuda:77': this ", "--set base.device=auto"] },
        { "run TMP/file --data DATA --root ROOT", ["TMP/file: not JSON", "there is nothing in it"] },
        { "run SPEC --data DATA --root ROOT --priority x", ["--priority x: expected a whole number"] },
        { "run SPEC --data DATA --root ROOT --max-concurrent -1", ["--max-concurrent -1: expected a number of stages"] },
        { "gc --root ROOT --keep-days x", ["--keep-days x: expected a number from 0 to 100000"] },
        { "plan SPEC --data DATA --root ROOT --artifacts s3://some-bucket", ["--artifacts s3://some-bucket", "--postgres"] },
        { "status --root ROOT --artifacts s3://Bad_Bucket/x", ["--artifacts s3://Bad_Bucket/x", "--postgres"] },
        { "status --root ROOT --postgres Host=h;Username=u;Database=d --artifacts s3://Bad_Bucket/x", ["'s3://Bad_Bucket/x' names no bucket"] },
        { "status --data DATA --root ROOT", ["'--data' is no option of 'dnc status'", "--json, --root, --postgres"] },
        { "run SPEC --data DATA --root TMP/file/root", ["TMP/file/root", "cannot be written", "--root DIR"] },
        { "run SPEC --data DATA --root TMP/file", ["TMP/file", "cannot be written", "--root DIR"] },
        { "run SPEC --data DATA --root ", ["--root is empty"] },
        { "demo --root TMP/file/root", ["TMP/file/root", "--root DIR"] },
        { "plan SPEC --data TMP/none --root ROOT", ["TMP/none", "does not exist"] },
        { "status --root ROOT", ["ROOT", "no run", "dnc run"] },
        { "runs --root ROOT", ["ROOT", "no run", "dnc run"] },
        { "cancel x --root ROOT", ["ROOT", "no run"] },
        { "rerun x base --root ROOT", ["ROOT", "no run"] },
        { "schema --out TMP/none/schema.json", ["TMP/none/schema.json", "cannot be written"] },
        { "frobnicate", ["error: There is no command 'frobnicate'. 'dnc --help' lists those there are."] },
        { "runn SPEC --data DATA", ["error: There is no command 'runn'. Did you mean 'run'?"] },
        { "report --root ROOT --format pdf", ["--format pdf: expected html or json."] },
        { "embed zzz --data DATA --out TMP/x.csv --layer top --root ROOT", ["--layer top: expected pooled, hidden or projection."] },
        { "init TMP/nowhere/x.json --data DATA", ["There is no folder TMP/nowhere", "Make it, or name another file"] },
        { "worker --queues gpu:1,gpu:2 --postgres Host=localhost;Database=x", ["'gpu' is there twice", "name each class once"] },
        { "", ["Name a command", "dnc demo", "dnc --help"] },
        { "run", ["error: dnc run needs a spec: dnc run workflows/uncurated-small.json --data FOLDER"] },
        { "plan", ["error: dnc plan needs a spec: dnc plan workflows/uncurated-small.json --data FOLDER"] },
        { "init", ["error: dnc init needs a folder of images: dnc init --data FOLDER"] },
        { "log zzz", ["error: dnc log needs a stage: dnc log RUN STAGE"] },
        { "embed zzz --data DATA", ["error: dnc embed needs a file to write: dnc embed MODEL --data FOLDER --out FILE"] },
        { "run SPEC --data DATA --root ROOT --bogus", ["--bogus"] },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Is_told_and_nothing_is_started(string line, string[] says)
    {
        var result = DncProcess.Run([.. line.Split(' ').Select(Filled).Where(a => line.Length > 0)]).Expect(2);
        Assert.All(says, text => Assert.Contains(Filled(text), result.Error, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("   at ", result.All, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.All, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", result.All, StringComparison.Ordinal);
        Assert.DoesNotContain("isFinalBlock", result.All, StringComparison.Ordinal);
        Assert.DoesNotContain("Usage:", result.All, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("root")), "a root was made");
    }

    [Fact]
    public void A_root_with_a_server_of_its_own_points_to_its_runs()
    {
        _folder.Make(Path.Combine("root", "postgres"));
        Assert.Contains("--postgres managed", DncProcess.Run("status", "--root", _folder.At("root")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_is_given_to_who_asks_for_it()
    {
        Assert.Contains("Usage:", DncProcess.Run("run", "--help").Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("'dnc run --help'", DncProcess.Run("run", "spec.json", "--priority", "x").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_there_is_not_is_one_line_and_no_more()
    {
        var result = DncProcess.Run("runn").Expect(2);
        Assert.Equal(("", "error: There is no command 'runn'. Did you mean 'run'?\n"), (result.Out, result.Error.ReplaceLineEndings("\n")));
    }

    [Theory]
    [InlineData("status zzz", "no run 'zzz'; 'dnc runs' lists those there are")]
    [InlineData("rerun zzz base", "no run 'zzz'")]
    [InlineData("rerun RUN nope", "no stage 'nope'")]
    [InlineData("rerun RUN expert", "no stage 'expert'. Did you mean 'expert[0]'?")]
    [InlineData("rerun RUN distil", "no stage 'distil'. Did you mean 'distill'?")]
    [InlineData("log RUN expert[9]", "no stage 'expert[9]'. Did you mean 'expert[0]'?")]
    [InlineData("log RUN evaluate", "no stage 'evaluate'. Did you mean 'evaluate[pixels]'?")]
    [InlineData("rerun RUN nope --dry-run", "no stage 'nope'")]
    [InlineData("cancel zzz", "no run 'zzz'")]
    [InlineData("cancel RUN", "has succeeded")]
    public void Unknown_runs_and_stages_are_told(string line, string says)
    {
        var root = _finished.Copy(_folder);
        var before = root.Status().Report;
        var result = DncProcess.Run([.. line.Split(' ').Select(a => a == "RUN" ? before.Id : a), "--root", root.Root]).Expect(2);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.Equivalent(before.Stages.Select(s => (s.Name, s.State, s.Generation)), root.Status().Report.Stages.Select(s => (s.Name, s.State, s.Generation)));
    }

    [Theory]
    [InlineData("run SPEC --data DATA")]
    [InlineData("plan SPEC --data DATA")]
    [InlineData("status")]
    public void A_ledger_of_a_newer_version_is_left_alone(string line)
    {
        var root = _finished.Copy(_folder);
        using (var ledger = new SqliteConnection($"Data Source={Path.Combine(root.Root, "ledger.db")};Pooling=False"))
        {
            ledger.Open();
            using var newer = ledger.CreateCommand();
            newer.CommandText = "INSERT INTO schema_version (ScriptName, Applied) VALUES ('9999_future.sql', '2100-01-01')";
            newer.ExecuteNonQuery();
        }

        var result = DncProcess.Run([.. line.Split(' ').Select(Filled), "--root", root.Root]).Expect(2);
        Assert.Contains("version 9999", result.Error, StringComparison.Ordinal);
        Assert.Contains("newer dnc", result.Error, StringComparison.Ordinal);
    }

    private string Filled(string text) => text
        .Replace("SPEC", _finished.Spec, StringComparison.Ordinal)
        .Replace("DATA", _finished.Data.Shards, StringComparison.Ordinal)
        .Replace("ROOT", _folder.At("root"), StringComparison.Ordinal)
        .Replace("TMP", _folder.Path, StringComparison.Ordinal);
}
