using DnC.Workflow.Runtime.Claim;

namespace DnC.Workflow.Elsa.Host;

/// <summary>The server, from its start to the signal that ends it.</summary>
internal static class ElsaServer
{
    // Elsa 3.8 waits for bursts that were cancelled long ago; those that are under way take milliseconds. [ours]
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // It shows the rings of others, and hears none.
    private static readonly Dictionary<string, int> NoSlots = new(StringComparer.Ordinal);

    /// <summary>Runs until told to stop.</summary>
    public static async Task<int> RunAsync(HostSettings settings, AdminPassword password, CancellationToken stop)
    {
        Directory.CreateDirectory(settings.Root);
        await using var engine = settings.Postgres is null ? FirstLookEngine.Start(settings.Root) : null;
        await using var app = Build(settings, password, engine);
        await app.StartAsync(stop).ConfigureAwait(false);
        Say(settings, password, engine is not null);
        if (settings.Demo)
            await DemoRun.StartAsync(app.Services, settings, stop).ConfigureAwait(false);
        var ended = app.WaitForShutdownAsync(stop);
        if (engine is null || await Task.WhenAny(ended, engine.Lost).ConfigureAwait(false) == ended)
        {
            await ended.ConfigureAwait(false);
            return 0;
        }

        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        return HostCommand.Failed;
    }

    /// <summary>The server, not yet started.</summary>
    public static WebApplication Build(HostSettings settings, AdminPassword password, FirstLookEngine? engine)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = settings.Root });
        builder.WebHost.UseUrls(settings.Url.ToString());
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("DnC", LogLevel.Information).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Error).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None).AddSimpleConsole(o => o.SingleLine = true);

        // A statement that fails is thrown at whoever made it; the first look into an empty database is one, and no failure.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.None);
        if (settings.Postgres is null)
            builder.Logging.AddFilter("Elsa.Workflows.Runtime.Distributed", LogLevel.Error); // locks in files are enough for the one server that SQLite carries
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Patience);
        builder.Services.AddSingleton(settings).AddSingleton(password).AddSingleton<SignInBrake>();
        engine?.Register(builder.Services);
        if (engine is not null)
            builder.Services.AddSingleton(engine.Rings); // as it is: what is made here is disposed of here, and the engine outlives the server
        else
            builder.Services.AddSingleton(_ => PostgresTransport.Open(settings.Postgres!, NoSlots).Storage);
        ElsaSetup.Add(builder.Services, settings);
        var app = builder.Build();
        Pages.Map(app, settings);
        return app;
    }

    private static void Say(HostSettings settings, AdminPassword password, bool hasEngine)
    {
        Console.WriteLine($"Elsa Studio: {new Uri(settings.Url, "/studio/")}   runs' queues: {new Uri(settings.Url, "/hangfire")}   API: {new Uri(settings.Url, "/elsa/api")}");
        Console.WriteLine(password.IsDrawn
            ? $"Sign in as {AdminUser.Name} with {password.Text} (drawn for this start; {AdminPassword.Variable} or --password-file gives one that stays)."
            : $"Sign in as {AdminUser.Name} with the password that was given.");
        Console.WriteLine(hasEngine
            ? $"Stages run on this machine; all is in {settings.Root}."
            : "Stages run where workers are: start them with 'dnc worker --postgres CONN'.");
        if (StudioFiles.Find(settings) is null)
            Console.WriteLine($"Elsa Studio is not installed. {StudioFiles.HowTo(settings)}");
    }
}
