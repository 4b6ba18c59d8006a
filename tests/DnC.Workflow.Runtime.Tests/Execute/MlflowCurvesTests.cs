using System.Net;
using System.Text.Json;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Execute.Tracking;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Execute;

/// <summary>Curves through the runner to a stand-in of an MLflow server.</summary>
public sealed class MlflowCurvesTests : IDisposable
{
    private readonly RunnerFixture _runner = new();
    private readonly MlflowStandIn _server = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose()
    {
        _server.Dispose();
        _runner.Dispose();
    }

    [Fact]
    public void Every_point_arrives_in_a_run_of_the_attempts_own_with_settings_tags_and_end()
    {
        var claim = RunnerFixture.Claim(attempt: 2, resume: new CheckpointRef("run/base.checkpoints/7", 7));
        var settings = JsonSerializer.SerializeToElement(new { training = new { learningRate = 0.3, optimizer = "sgd" }, seed = 1 });
        Track(claim with { Node = claim.Node with { Settings = settings } }, context => Report(context, 8, 1300));

        Assert.Equal(Enumerable.Range(8, 1293).Select(step => ("run0", "loss", step / 2.0, (long)step)), _server.Metrics.Where(m => m.Key == "loss"));
        Assert.Equal(2 * 1293, _server.Metrics.Count);
        Assert.Equal(["dnc"], _server.Experiments);
        Assert.Equal("FINISHED", _server.Ends["run0"]);
        Assert.Equal(("0.3", "sgd", "1"), (_server.Parameters["training.learningRate"], _server.Parameters["training.optimizer"], _server.Parameters["seed"]));
        var made = _server.Runs["run0"];
        Assert.Equal("run/base 1-2", made.GetProperty("run_name").GetString());
        var tags = made.GetProperty("tags").EnumerateArray().ToDictionary(t => t.GetProperty("key").GetString()!, t => t.GetProperty("value").GetString());
        Assert.Equal(("run", "base", "1-2", "7"), (tags["dnc.run"], tags["dnc.stage"], tags["dnc.attempt"], tags["dnc.resumedAtStep"]));
    }

    [Fact]
    public void How_an_attempt_ended_is_said_and_one_without_points_leaves_nothing()
    {
        Track(RunnerFixture.Claim(), _ => { });
        Assert.Empty(_server.Runs);
        Track(RunnerFixture.Claim(attempt: 2), context => Report(context, 1, 1, new StageFailure("no", retryable: false)));
        Track(RunnerFixture.Claim(attempt: 3), context => Report(context, 1, 1, new StageStopped()));

        Assert.Equal(["FAILED", "KILLED"], _server.Ends.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => e.Value));
        Assert.Equal(["dnc"], _server.Experiments);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_server_that_refuses_or_is_away_fails_no_stage_and_the_log_says_so(bool refuses)
    {
        _server.Refuses = HttpStatusCode.InternalServerError;
        if (!refuses)
            _server.Dispose();
        Track(RunnerFixture.Claim(), context => Report(context, 1, 50));

        Assert.Contains("succeeded", Assert.Single(_runner.Ends), StringComparison.Ordinal);
        var log = Log();
        Assert.Contains($"MLflow at {_server.Address} does not take the curves", log, StringComparison.Ordinal);
        Assert.Contains("100 values of the curves did not reach MLflow", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token", "Bearer token-of-mine")]
    [InlineData("pair", "Basic bWU6bXktcGFzc3dvcmQ=")]
    [InlineData("address", "Basic bWU6bXktcGFzc3dvcmQ=")]
    public void Credentials_reach_the_server_and_no_log(string kind, string expected)
    {
        if (kind == "token")
            _environment["MLFLOW_TRACKING_TOKEN"] = "token-of-mine";
        if (kind == "pair")
            (_environment["MLFLOW_TRACKING_USERNAME"], _environment["MLFLOW_TRACKING_PASSWORD"]) = ("me", "my-password");
        var address = kind == "address" ? _server.Address.Replace("//", "//me:my-password@", StringComparison.Ordinal) : _server.Address;
        Track(RunnerFixture.Claim(), context => Report(context, 1, 3), address);
        Assert.Equal(expected, Assert.Single(_server.Authorizations));

        _server.Refuses = HttpStatusCode.Unauthorized;
        Track(RunnerFixture.Claim(attempt: 2), context => Report(context, 1, 3), address);
        var log = Log();
        Assert.Contains("401", log, StringComparison.Ordinal);
        foreach (var secret in new[] { "token-of-mine", "my-password", "bWU6", "secret" })
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:5000")]
    [InlineData("ftp://me:my-password@host/")]
    [InlineData("")]
    public void What_is_no_address_is_refused_without_being_shown(string address)
    {
        var error = Assert.Throws<UserInputException>(() => MlflowServer.Of(address, _ => null));

        Assert.Contains("expected http://HOST:PORT", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_may_have_a_path_and_the_environment_may_name_the_experiment()
    {
        var server = MlflowServer.Of("https://me:pass@host/tracking", name => name == "MLFLOW_EXPERIMENT_NAME" ? "mine" : null);

        Assert.Equal(("https://host/tracking/", "mine"), (server.Address.ToString(), server.Experiment));
    }

    private void Track(StageClaim claim, Action<StageContext> body, string? address = null)
    {
        _runner.Mlflow = MlflowServer.Of(address ?? _server.Address, name => _environment.GetValueOrDefault(name));
        _runner.Run(claim, context =>
        {
            body(context);
            return LambdaBody.Nothing;
        });
    }

    private string Log() => string.Concat(Directory.EnumerateFiles(_runner.Work, "log.txt", SearchOption.AllDirectories).Select(File.ReadAllText));

    private static void Report(StageContext context, int first, int last, Exception? then = null)
    {
        for (var step = first; step <= last; step++)
            context.Report.Metrics(new StageMetrics(step, new Dictionary<string, double> { ["loss"] = step / 2.0, ["epoch"] = 1 }));
        if (then is not null)
            throw then;
    }
}
