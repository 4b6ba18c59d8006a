using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DnC.Workflow.Cli.Commands;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Lifecycle;
using YamlDotNet.RepresentationModel;

namespace DnC.Workflow.Cli.Tests.Deploy;

/// <summary>What 'deploy/' starts is what the program offers, and what it allows is what the program needs.</summary>
public partial class DeployTests
{
    // A stage has the grace to write its checkpoint; then the ledger is told, and the process ends.
    private static readonly TimeSpan Needed = new LeaseSettings().Grace + TimeSpan.FromSeconds(10);

    public static TheoryData<string> Images => ["cpu", "cuda"];

    [Fact]
    public void The_time_to_stop_covers_the_grace_everywhere()
    {
        var compose = DeployFiles.Yaml("compose", "compose.yaml")[0]["services"]["worker"]["stop_grace_period"].ToString();
        Assert.True(Seconds(compose) >= Needed, compose);
        var unit = Assert.Single(DeployFiles.Unit("TimeoutStopSec"));
        Assert.True(Seconds(unit) >= Needed, unit);
        var pods = DeployFiles.Yaml("kubernetes", "workers.yaml").SelectMany(d => DeployFiles.Find(d, "terminationGracePeriodSeconds")).ToList();
        Assert.Equal(2, pods.Count);
        Assert.All(pods, p => Assert.True(Seconds(p + "s") >= Needed, p.ToString()));
    }

    [Fact]
    public void Every_command_line_is_one_that_the_program_takes()
    {
        var lines = new List<string[]> { DeployFiles.Words(DeployFiles.Yaml("compose", "compose.yaml")[0]["services"]["worker"]["command"]) };
        lines.AddRange(DeployFiles.Yaml("kubernetes", "workers.yaml").SelectMany(d => DeployFiles.Find(d, "args")).Select(DeployFiles.Words));
        lines.AddRange(Images.Select(i => JsonWords(Instruction(i.Data, "CMD"))));
        lines.Add(Assert.Single(DeployFiles.Unit("ExecStart")).Replace("${DNC_QUEUES}", "gpu:1,cpu:1", StringComparison.Ordinal).Replace("${DNC_DEVICE}", "cuda:0", StringComparison.Ordinal).Split(' ')[1..]);
        Assert.Equal(6, lines.Count);
        foreach (var line in lines)
        {
            Assert.Equal("worker", line[0]);
            var parsed = WorkerCommand.Build(Terminals.Own()).Parse(line[1..]);
            Assert.Empty(parsed.Errors);
            Assert.NotEmpty(QueueList.Parse(parsed.GetValue<string>("--queues")!));
        }
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_copies_what_there_is_and_runs_as_nobody_special(string image)
    {
        foreach (var copied in Instructions(image, "COPY").Where(c => !c.StartsWith("--from", StringComparison.Ordinal)))
        {
            foreach (var source in copied.Split(' ').Where(w => !w.StartsWith("--", StringComparison.Ordinal)).SkipLast(1))
                Assert.True(Path.Exists(Path.Combine(Repository.Root, source)), source);
        }

        Assert.Equal("app", Instruction(image, "USER"));
        Assert.Contains(WorkerEngine.AliveFile, Instruction(image, "HEALTHCHECK"), StringComparison.Ordinal);
        Assert.Contains("src/DnC.Workflow.Cli", string.Join('\n', Instructions(image, "RUN")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_health_check_tells_a_live_worker_from_a_stuck_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the health check is a shell script");
        var folder = Directory.CreateTempSubdirectory("dnc-alive-");
        var alive = Path.Combine(folder.FullName, WorkerEngine.AliveFile);
        Assert.NotEqual(0, Check(alive));
        File.WriteAllBytes(alive, []);
        Assert.Equal(0, Check(alive));
        File.SetLastWriteTimeUtc(alive, TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromMinutes(5));
        Assert.NotEqual(0, Check(alive));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void No_password_is_in_an_environment()
    {
        foreach (var file in Directory.EnumerateFiles(DeployFiles.PathOf(), "*", SearchOption.AllDirectories))
            Assert.DoesNotMatch(PasswordInConnection(), File.ReadAllText(file));
    }

    [Fact]
    public void What_has_to_be_there_before_is_said_where_it_is_needed()
    {
        // Without a default: workers on an empty folder would fail every stage.
        var compose = File.ReadAllText(DeployFiles.PathOf("compose", "compose.yaml"));
        Assert.Matches(@"\A[^\n]*\n#[^\n]*DATA=", compose);
        Assert.Contains("${DATA:?", compose, StringComparison.Ordinal);
        var unit = File.ReadAllText(DeployFiles.PathOf("systemd", "dnc-worker@.service"));
        Assert.All((string[])["dotnet publish src/DnC.Workflow.Cli", "-o /opt/dnc", ".NET runtime", "useradd", "/home"], words => Assert.Contains(words, unit.Split("[Unit]")[0], StringComparison.Ordinal));
        var manifest = File.ReadAllText(DeployFiles.PathOf("kubernetes", "workers.yaml"));
        var (head, made) = (manifest.Split("apiVersion", 2)[0], ClaimMade().Matches(manifest).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal));
        Assert.All(ClaimUsed().Matches(manifest).Select(m => m.Groups[1].Value), claim => Assert.True(made.Contains(claim) || head.Contains(claim, StringComparison.Ordinal), claim));
    }

    private static int Check(string file)
    {
        using var process = Process.Start("sh", [DeployFiles.PathOf("container", "alive.sh"), file]);
        process.WaitForExit();
        return process.ExitCode;
    }

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(int.Parse(text.TrimEnd('s'), CultureInfo.InvariantCulture));

    private static string Instruction(string image, string name) => Instructions(image, name)[^1];

    private static string[] Instructions(string image, string name) => [.. File.ReadAllText(DeployFiles.PathOf("container", image + ".Dockerfile"))
        .Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
        .Where(l => l.StartsWith(name + " ", StringComparison.Ordinal)).Select(l => l[(name.Length + 1)..])];

    private static string[] JsonWords(string text) => DeployFiles.Words(new YamlStreamOf(text).Root);

    [GeneratedRegex(@"DNC_POSTGRES\s*[=:].*Password\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex PasswordInConnection();

    [GeneratedRegex(@"kind: PersistentVolumeClaim\nmetadata: \{name: ([\w-]+)")]
    private static partial Regex ClaimMade();

    [GeneratedRegex(@"claimName: ([\w-]+)")]
    private static partial Regex ClaimUsed();

    private sealed class YamlStreamOf
    {
        public YamlStreamOf(string text)
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            Root = stream.Documents[0].RootNode;
        }

        public YamlNode Root { get; }
    }
}
