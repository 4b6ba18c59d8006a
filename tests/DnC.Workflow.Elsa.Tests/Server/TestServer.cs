using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DnC.Workflow.Elsa.Host;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Lifecycle;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DnC.Workflow.Elsa.Tests.Server;

/// <summary>The real server on SQLite in this process, with an engine whose phases do nothing but what the next one needs.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Password = "correct horse";

    private readonly WebApplication _app;
    private readonly FirstLookEngine? _engine;

    private TestServer(WebApplication app, FirstLookEngine? engine, HttpClient client) => (_app, _engine, Client) = (app, engine, client);

    /// <summary>Signed in.</summary>
    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    public RunService Runs => _app.Services.GetRequiredService<RunService>();

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts one in a folder; a second time in the same folder it goes on with what is there.</summary>
    public static async Task<TestServer> StartAsync(string root, string? postgres = null, string? studio = null, string? definitions = null)
    {
        var settings = new HostSettings
        {
            Root = root, Postgres = postgres, Url = new Uri("http://127.0.0.1:0"), Studio = studio, Definitions = definitions ?? Checkout.At("workflows", "elsa"), Specs = Checkout.At("workflows"),
        };
        Directory.CreateDirectory(root);
        var engine = postgres is null ? FirstLookEngine.Start(Options(root)) : null;
        var app = ElsaServer.Build(settings, new AdminPassword(Password, IsDrawn: false), engine);
        await app.StartAsync();
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        await SignInAsync(client, Password);
        return new TestServer(app, engine, client);
    }

    public static async Task<bool> SignInAsync(HttpClient client, string password)
    {
        using var answer = await client.PostAsJsonAsync("/elsa/api/identity/login", new { username = "admin", password });
        if (!answer.IsSuccessStatusCode)
            return false;
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        if (!body.GetProperty("isAuthenticated").GetBoolean())
            return false;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.GetProperty("accessToken").GetString());
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_engine is not null)
            await _engine.DisposeAsync();
    }

    private static EngineOptions Options(string root) => new()
    {
        Root = root,
        Slots = new Dictionary<string, int>(StringComparer.Ordinal) { ["cpu"] = 2, ["gpu"] = 16 },
        Executors = TestBodies.All,
        Child = null,
        Jitter = () => 0.5,
        Lease = new LeaseSettings(),
    };
}
