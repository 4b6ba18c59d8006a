using System.Formats.Tar;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Stages.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace DnC.Workflow.Elsa.Tests.Workflows;

/// <summary>What a user's mistakes and strangers get.</summary>
public sealed class MistakeTests : OnAServer
{
    [Theory]
    [InlineData("""{ "name": "x", "base": { "epochs": -3 } }""", "", "base.epochs")]
    [InlineData("uncurated-small", "cluster.kk=4", "cluster.kk")]
    [InlineData("uncurated-small", "cluster.k=4000", "4000")]
    [InlineData("../../etc/passwd", "", "no spec '../../etc/passwd'")]
    [InlineData("", "", "No spec")]
    public async Task A_wrong_spec_is_a_failed_activity_with_the_reason_in_the_journal_and_nothing_submitted(string spec, string overrides, string reason)
    {
        foreach (var (definition, activity) in new[] { ("divide-and-contrast", "DnC.BaseTraining"), ("divide-and-contrast-one-activity", "DnC.RunDivideAndContrast") })
        {
            var instance = await Server.Client.StartAsync(definition, new { Spec = spec, Data = Data.Path, Overrides = overrides });
            var finished = await Server.Client.WhenFinishedAsync(instance);
            Assert.Empty(finished.GetProperty("workflowState").GetProperty("incidents").EnumerateArray());
            var failed = (await Server.Client.JournalAsync(instance)).First(e => e.Event == "Failed");
            Assert.Equal(activity, failed.Activity);
            Assert.Contains(reason, failed.Message!, StringComparison.Ordinal);
        }

        Assert.Empty(Server.Runs.List());
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("no\0where")]
    public async Task Data_that_is_not_there_is_a_failed_activity(string folder)
    {
        var instance = await Server.Client.StartAsync("divide-and-contrast", new { Spec = "uncurated-small", Data = Data.At(folder) });
        await Server.Client.WhenFinishedAsync(instance);
        Assert.Contains(await Server.Client.JournalAsync(instance), e => e.Event == "Failed" && e.Message!.Contains("where", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Images_that_change_while_they_are_indexed_are_a_failed_activity_and_no_incident()
    {
        var folder = Directory.CreateDirectory(Data.At("shards")).FullName;
        var shard = Path.Combine(folder, "train-000.tar");
        using (var writer = new TarWriter(File.Create(shard)))
        {
            for (var i = 0; i < 20_000; i++)
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{i:D5}.png") { DataStream = new MemoryStream([1]) });
        }

        // It grows older without end, so that a look at it never finds at its end what stood there at its start.
        using var enough = new CancellationTokenSource();
        var touching = Task.Factory.StartNew(
            () =>
            {
                for (var time = DateTime.UnixEpoch; !enough.IsCancellationRequested; time = time.AddSeconds(1))
                    File.SetLastWriteTimeUtc(shard, time);
            },
            Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var instance = await Server.Client.StartAsync("divide-and-contrast", new { Spec = "uncurated-small", Data = folder });
        var finished = await Server.Client.WhenFinishedAsync(instance);
        await enough.CancelAsync();
        await touching;
        Assert.Empty(finished.GetProperty("workflowState").GetProperty("incidents").EnumerateArray());
        Assert.Contains(await Server.Client.JournalAsync(instance), e => e.Event == "Failed" && e.Message!.Contains("changed while it was indexed", StringComparison.Ordinal));
        Assert.Empty(Server.Runs.List());
    }

    [Theory]
    [InlineData("""["cluster.k=4", "cluster.kk=4"]""", "cluster.kk")]
    [InlineData("7", "--set 7: expected path=value")]
    public async Task Overrides_by_REST_may_be_a_list_and_what_is_neither_that_nor_text_is_told(string overrides, string reason)
    {
        foreach (var definition in (string[])["divide-and-contrast", "divide-and-contrast-one-activity"])
        {
            var instance = await Server.Client.StartAsync(definition, new { Spec = "uncurated-small", Data = Data.Path, Overrides = JsonNode.Parse(overrides) });
            await Server.Client.WhenFinishedAsync(instance);
            Assert.Contains(await Server.Client.JournalAsync(instance), e => e.Event == "Failed" && e.Message!.Contains(reason, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_class_that_no_worker_serves_is_told_in_the_journal_until_it_is_no_longer_waited_for()
    {
        Data.Set("base.hold");
        var instance = await Server.Client.StartAsync("divide-and-contrast", new { Spec = "uncurated-small", Data = Data.Path, Overrides = "cluster.k=4\nbase.resource=gpu-80g" });
        await Told("Waits");
        await OutboxService.AuditAsync(Server.Services.GetRequiredService<IServiceScopeFactory>(), Stop);
        var told = Assert.Single(await Server.Client.JournalAsync(instance), e => e.Event == "Waits");
        Assert.Equal(("DnC.BaseTraining", "base waits for a 'gpu-80g' worker: no live worker serves that class."), (told.Activity, told.Message));

        Server.Runs.OpenGate(new GateRequest { Run = instance, Stage = "base", RequestId = "else", Listener = "nobody", Wants = new StageWants("gpu") });
        await Told("Goes on");
        Data.Clear("base.hold");
        await Server.Client.WhenFinishedAsync(instance);
        Assert.Single(await Server.Client.JournalAsync(instance), e => e.Event == "Waits");

        async Task Told(string what)
        {
            while ((await Server.Client.JournalAsync(instance)).All(e => e.Event != what))
                await Task.Delay(100, Stop);
        }
    }

    [Theory]
    [InlineData("resource", "GPU 80", "'GPU 80' is no name of a resource class")]
    [InlineData("timeoutMinutes", -1.0, "-1 is no time limit")]
    [InlineData("queueTimeoutMinutes", 1e9, "1000000000 is no time limit")]
    public async Task A_wrong_class_or_time_limit_is_a_failed_activity_and_nothing_is_asked_for(string input, object value, string reason)
    {
        foreach (var activity in new[] { "DnC.BaseTraining", "DnC.RunDivideAndContrast" })
        {
            var training = Published.Training(activity, Data.Path);
            training[input] = Published.Literal(JsonValue.Create(value)!, value is string ? "String" : "Double");
            await Server.Client.PublishAsync(activity, training);
            var instance = await Server.Client.StartAsync(activity, new { });
            await Server.Client.WhenFinishedAsync(instance);
            var failed = (await Server.Client.JournalAsync(instance)).First(e => e.Event == "Failed");
            Assert.Equal(activity, failed.Activity);
            Assert.Contains(reason, failed.Message!, StringComparison.Ordinal);
            Assert.Empty(Server.Runs.OpenRequests());
        }
    }

    [Theory]
    [InlineData("nowhere", "base", "no run 'nowhere'")]
    [InlineData("", "base", "no run")]
    public async Task A_rerun_of_what_is_not_there_says_so(string run, string stage, string reason)
    {
        var instance = await Server.Client.StartAsync("rerun-stage", new { Run = run, Stage = stage });
        await Server.Client.WhenFinishedAsync(instance);
        Assert.Contains(await Server.Client.JournalAsync(instance), e => e.Event == "Failed" && e.Message!.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_instance_has_one_run_and_another_one_is_refused_rather_than_answered_by_its_table()
    {
        JsonObject first = Published.Training("DnC.RunDivideAndContrast", Data.Path), again = Published.Training("DnC.RunDivideAndContrast", Data.Path), other = Published.Training("DnC.RunDivideAndContrast", Data.Path);
        (again["id"], other["id"]) = ("again", "other");
        other["spec"] = Published.Literal("demo");
        await Server.Client.PublishAsync("two", first, again, other);
        var instance = await Server.Client.StartAsync("two", new { });
        await Server.Client.WhenFinishedAsync(instance);
        var failed = Assert.Single(await Server.Client.JournalAsync(instance), e => e.Event == "Failed");
        Assert.Contains($"has a run already, '{instance}', of another spec", failed.Message!, StringComparison.Ordinal);
        Assert.Equal(instance, Assert.Single(Server.Runs.List()).Id);
    }

    [Fact]
    public async Task A_start_that_was_refused_is_not_followed_by_another_reason()
    {
        var instance = await Server.Client.StartAsync("divide-and-contrast", new { Spec = "uncurated-small", Data = Data.At("nowhere") });
        await Server.Client.WhenFinishedAsync(instance);
        var failures = (await Server.Client.JournalAsync(instance)).Where(e => e.Event == "Failed").Select(e => e.Message!).ToList();
        Assert.Contains(failures, f => f.Contains("nowhere", StringComparison.Ordinal));
        Assert.DoesNotContain(failures, f => f.Contains("No spec", StringComparison.Ordinal));
        Assert.Contains(failures, f => f.Contains("what failed before this says why", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Strangers_get_nothing()
    {
        using var stranger = new HttpClient { BaseAddress = Server.Address };
        using (var refused = await stranger.PostAsJsonAsync("/elsa/api/identity/login", new { username = "admin", password = "wrong horse" }, Stop))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        foreach (var address in new[] { "/elsa/api/workflow-definitions", "/elsa/api/workflow-instances", "/elsa/api/descriptors/activities", "/hangfire" })
        {
            using var answer = await stranger.GetAsync(address, Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        // Elsa 3.7 by itself lets whoever is on this machine make a key with any role.
        foreach (var (address, body) in new (string, object)[]
        {
            ("/elsa/api/identity/applications", new { name = "mine", roles = new[] { "admin" } }),
            ("/elsa/api/identity/users", new { name = "me", password = "me", roles = new[] { "admin" } }),
            ("/elsa/api/identity/roles", new { name = "mine", permissions = new[] { "*" } }),
            ("/elsa/api/workflow-definitions/divide-and-contrast/execute", new { }),
            ("/elsa/api/bulk-actions/cancel/workflow-instances", new { ids = new[] { "x" } }),
        })
        {
            using var answer = await stranger.PostAsJsonAsync(address, body, Stop);
            Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.NotFound });
        }

        using var dispatched = await stranger.PostAsync("/elsa/api/workflow-definitions/divide-and-contrast/dispatch", null, Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, dispatched.StatusCode);
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "eyJhbGciOiJub25lIn0.eyJwZXJtaXNzaW9ucyI6IioifQ.");
        using var forged = await stranger.GetAsync("/elsa/api/workflow-definitions", Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
    }

    [Fact]
    public async Task The_rings_are_shown_to_who_has_the_password_and_cannot_be_changed()
    {
        using var client = new HttpClient { BaseAddress = Server.Address };
        client.DefaultRequestHeaders.Authorization = Basic("wrong horse");
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/hangfire", Stop)).StatusCode);
        client.DefaultRequestHeaders.Authorization = Basic(TestServer.Password);
        var page = await client.GetStringAsync("/hangfire/jobs/succeeded", Stop);
        Assert.Contains("Hangfire", page, StringComparison.Ordinal);
        using var requeue = await client.PostAsync("/hangfire/jobs/succeeded/requeue", new FormUrlEncodedContent([new("jobs[]", "1")]), Stop);
        Assert.False(requeue.IsSuccessStatusCode, $"{requeue.StatusCode}");

        static AuthenticationHeaderValue Basic(string password) => new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"admin:{password}")));
    }

    [Fact]
    public async Task Who_guesses_is_held_up()
    {
        using var stranger = new HttpClient { BaseAddress = Server.Address };
        var answers = new List<HttpStatusCode>();
        await Task.WhenAll(Enumerable.Range(0, 24).Select(async i =>
        {
            using var answer = await stranger.PostAsJsonAsync("/elsa/api/identity/login", new { username = "admin", password = $"guess {i}" }, Stop);
            lock (answers)
                answers.Add(answer.StatusCode);
        }));

        // At the same moment or one after the other, ten a minute are looked at; a slow machine may see the next minute begin.
        Assert.InRange(answers.Count(a => a == HttpStatusCode.Unauthorized), 10, 20);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"admin:{TestServer.Password}")));

        // Not even with the right one, for this minute.
        using var dashboard = await stranger.GetAsync("/hangfire", Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, dashboard.StatusCode);
    }

    [Fact]
    public async Task Without_Studio_theServer_says_how_to_install_it()
    {
        var page = await Server.Client.GetStringAsync("/studio/", Stop);
        Assert.Contains("npm install", page, StringComparison.Ordinal);
    }
}
