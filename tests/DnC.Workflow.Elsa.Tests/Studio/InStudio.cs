using System.Text.RegularExpressions;
using DnC.Workflow.Elsa.Tests.Server;
using Elsa.Workflows.Activities.Flowchart.Activities;
using Microsoft.Playwright;

namespace DnC.Workflow.Elsa.Tests.Studio;

/// <summary>A person in Elsa Studio, in a real browser on a server of the test's own.</summary>
public abstract partial class InStudio : IAsyncLifetime
{
    /// <summary>The oldest server that has all that Studio 3.8 asks for.</summary>
    private protected static readonly Version OfStudio = new(3, 8);

    private protected static readonly Version Served = typeof(Flowchart).Assembly.GetName().Version!;

    private protected TestData Data { get; } = new();

    private protected TestServer Server { get; private set; } = null!;

    private protected Browser Browser { get; private set; } = null!;

    private protected IPage Page => Browser.Page;

    public async ValueTask InitializeAsync()
    {
        Server = await TestServer.StartAsync(Data.At("root"), studio: Browser.Studio());
        Browser = await Browser.OpenAsync(new Uri(Server.Address, "/studio"));
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        if (Server is not null)
            await Server.DisposeAsync();
        Data.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// The browser was told of no error. At an older server only of answers, and not of those about executions: at an entry of the journal
    /// Studio asks for them in a way that came with 3.8, and the rest is what it says of their 404.
    /// </summary>
    private protected void NothingWentWrong() =>
        Assert.DoesNotContain(Browser.Errors, e => Served >= OfStudio || (char.IsAsciiDigit(e[0]) && !e.Contains("/elsa/api/activity-execution", StringComparison.Ordinal)));

    private protected async Task SignInAsync(string password)
    {
        await Page.FillAsync("#password", password);
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
    }

    private protected Task OpenWorkflowAsync(string name) => Page.GetByRole(AriaRole.Cell, new PageGetByRoleOptions { Name = name, Exact = true }).ClickAsync();

    /// <summary>Fits the whole workflow into the designer: the first symbol of its toolbar.</summary>
    private protected async Task FitAsync()
    {
        await Page.Locator(".mud-toolbar button.mud-icon-button:visible").First.ClickAsync();
        await Page.Mouse.MoveAsync(700, 20); // its tooltip goes
        await Assertions.Expect(Page.GetByText("Zoom to fit the screen")).ToBeHiddenAsync();
    }

    /// <summary>Runs the workflow that is open. Answers the instance, whose page is open then.</summary>
    private protected async Task<string> RunWithInputsAsync(params (string Name, string Value)[] inputs)
    {
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Run with inputs" }).ClickAsync();
        foreach (var (name, value) in inputs)
            await Page.Locator($"#fields [name={name}]").FillAsync(value);

        foreach (var (name, value) in inputs.Where(i => i.Name == "Data"))
        {
            // As it looks to who has images; not as a test's folder does.
            await Page.Locator($"#fields [name={name}]").FillAsync("/data/images");
            await Browser.PictureAsync("run");
            await Page.Locator($"#fields [name={name}]").FillAsync(value);
        }

        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Run", Exact = true }).DblClickAsync(); // as some people do: it is one run
        await Assertions.Expect(Page).ToHaveURLAsync(Instance());
        return Instance().Match(Page.Url).Groups["id"].Value;
    }

    [GeneratedRegex("/studio/instances/(?<id>[0-9a-f]+)")]
    private protected static partial Regex Instance();
}
