using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Stages.Lifecycle;
using Microsoft.Playwright;

namespace DnC.Workflow.Elsa.Tests.Studio;

/// <summary>What a person does to start a run in Elsa Studio, and to watch it.</summary>
public sealed class StudioTests : InStudio
{
    [Fact]
    public async Task A_wrong_password_is_told_and_the_right_one_shows_the_workflows()
    {
        await Browser.PictureAsync("sign-in");
        await SignInAsync("wrong horse");
        await Assertions.Expect(Page.GetByText("Wrong user or password.")).ToBeVisibleAsync();
        await SignInAsync(TestServer.Password);
        foreach (var name in (string[])["divide-and-contrast", "divide-and-contrast-one-activity", "rerun-stage"])
            await Assertions.Expect(Page.GetByRole(AriaRole.Cell, new PageGetByRoleOptions { Name = name, Exact = true })).ToBeVisibleAsync();
        await Browser.PictureAsync("workflows");
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#password")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_designer_shows_the_phases_and_an_instance_its_progress_and_journal()
    {
        Data.Set("expert[2].hold");
        await SignInAsync(TestServer.Password);
        await OpenWorkflowAsync("divide-and-contrast");
        foreach (var phase in (string[])["Base training", "Embed", "Cluster", "An expert for each cluster", "Distill", "Evaluate"])
            await Assertions.Expect(Page.GetByText(phase, new PageGetByTextOptions { Exact = true }).First).ToBeAttachedAsync();
        await Assertions.Expect(Page.GetByText("Divide and Contrast", new PageGetByTextOptions { Exact = true }).First).ToBeVisibleAsync();
        await FitAsync();
        await Assertions.Expect(Page.Locator("foreignObject").GetByText("Base training", new LocatorGetByTextOptions { Exact = true }).First).ToBeInViewportAsync();
        await Assertions.Expect(Page.Locator("foreignObject").GetByText("Evaluation table", new LocatorGetByTextOptions { Exact = true }).First).ToBeInViewportAsync();
        await Browser.PictureAsync("designer");

        var instance = await RunWithInputsAsync(("Spec", "uncurated-small"), ("Data", Data.Path), ("Overrides", "cluster.k=4"));
        await Server.Client.WhenAsync(instance, _ => Data.Starts("expert[2]") == 1 && Data.Starts("expert[3]") == 1);

        // Found again in the list.
        await Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Instances" }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Cell, new PageGetByRoleOptions { Name = "uncurated-small", Exact = true })).ToBeVisibleAsync();
        await Browser.PictureAsync("instances");
        await Page.GetByText(instance).First.ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(Instance());
        await Assertions.Expect(Page.GetByText("Suspended").First).ToBeVisibleAsync();
        await Browser.PictureAsync("instance-waiting");
        Data.Clear("expert[2].hold");
        await Server.Client.WhenFinishedAsync(instance);
        Assert.Equal(RunState.Succeeded, Server.Runs.Get(instance).Summary.State);
        await Page.ReloadAsync();
        await Assertions.Expect(Page.GetByText("Finished").First).ToBeVisibleAsync();
        await Browser.PictureAsync("instance-finished");
        NothingWentWrong();
    }
}
