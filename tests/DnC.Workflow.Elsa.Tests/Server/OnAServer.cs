namespace DnC.Workflow.Elsa.Tests.Server;

/// <summary>A test on a server and data of its own. It looks again and again for what it waits for; its own end is the test run's.</summary>
public abstract class OnAServer : IAsyncLifetime
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private protected TestData Data { get; } = new();

    private protected TestServer Server { get; private set; } = null!;

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A run of four clusters.</summary>
    private protected object Input => new { Spec = "uncurated-small", Data = Data.Path, Overrides = "cluster.k=4" };

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync(Data.At("root"));

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
        Data.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits until something is so.</summary>
    private protected static async Task Until(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Delay(s_look, Stop);
    }
}
