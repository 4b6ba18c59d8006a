using System.Text.RegularExpressions;
using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Stages.Lifecycle;
using Microsoft.Playwright;

namespace DnC.Workflow.Elsa.Tests.Studio;

/// <summary>What a person does in Elsa Studio, in a real browser.</summary>
public sealed partial class StudioTests : IAsyncLifetime, IDisposable
{
    private readonly TestData _data = new();
    private TestServer _server = null!;
    private Browser _browser = null!;

    private IPage Page => _browser.Page;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(_data.At("root"), studio: Browser.Studio());
        _browser = await Browser.OpenAsync(new Uri(_server.Address, "/studio"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_wrong_password_is_told_and_the_right_one_shows_the_workflows()
    {
        await _browser.PictureAsync("sign-in");
        await SignInAsync("wrong horse");
        await Assertions.Expect(Page.GetByText("Wrong user or password.")).ToBeVisibleAsync();
        await SignInAsync(TestServer.Password);
        foreach (var name in (string[])["divide-and-contrast", "divide-and-contrast-one-activity", "rerun-stage"])
            await Assertions.Expect(Page.GetByRole(AriaRole.Cell, new PageGetByRoleOptions { Name = name, Exact = true })).ToBeVisibleAsync();
        await _browser.PictureAsync("workflows");
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#password")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_designer_shows_the_phases_and_an_instance_its_progress_and_journal()
    {
        _data.Set("expert[2].hold");
        await SignInAsync(TestServer.Password);
        await Page.GetByRole(AriaRole.Cell, new PageGetByRoleOptions { Name = "divide-and-contrast", Exact = true }).ClickAsync();
        foreach (var phase in (string[])["Base training", "Embed", "Cluster", "An expert for each cluster", "Distill", "Evaluate"])
            await Assertions.Expect(Page.GetByText(phase, new PageGetByTextOptions { Exact = true }).First).ToBeAttachedAsync();
        await Assertions.Expect(Page.GetByText("Divide and Contrast", new PageGetByTextOptions { Exact = true }).First).ToBeVisibleAsync();
        await _browser.PictureAsync("designer");

        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Run with inputs" }).ClickAsync();
        await Page.Locator("#fields [name=Spec]").FillAsync("uncurated-small");
        await Page.Locator("#fields [name=Data]").FillAsync("/data/images");
        await Page.Locator("#fields [name=Overrides]").FillAsync("cluster.k=4");
        await _browser.PictureAsync("run");
        await Page.Locator("#fields [name=Data]").FillAsync(_data.Path);
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Run", Exact = true }).ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(Instance());
        var instance = Instance().Match(Page.Url).Groups["id"].Value;
        await _server.Client.WhenAsync(instance, _ => _data.Starts("expert[2]") == 1 && _data.Starts("expert[3]") == 1);

        // Found again in the list.
        await Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Instances" }).ClickAsync();
        await _browser.PictureAsync("instances");
        await Page.GetByText(instance).First.ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(Instance());
        await Assertions.Expect(Page.GetByText("Suspended").First).ToBeVisibleAsync();
        await _browser.PictureAsync("instance-waiting");
        _data.Clear("expert[2].hold");
        await _server.Client.WhenFinishedAsync(instance);
        Assert.Equal(RunState.Succeeded, _server.Runs.Get(instance).Summary.State);
        await Page.ReloadAsync();
        await Assertions.Expect(Page.GetByText("Finished").First).ToBeVisibleAsync();
        await _browser.PictureAsync("instance-finished");
        Assert.Empty(_browser.Errors);
    }

    private async Task SignInAsync(string password)
    {
        await Page.FillAsync("#password", password);
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
    }

    [GeneratedRegex("/studio/instances/(?<id>[0-9a-f]+)")]
    private static partial Regex Instance();
}
