using System.Text.RegularExpressions;
using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Stages.Lifecycle;
using Microsoft.Playwright;

namespace DnC.Workflow.Elsa.Tests.Studio;

/// <summary>What a person sees of a single stage in Elsa Studio, and does when one has failed.</summary>
public sealed class StudioRerunTests : InStudio
{
    [Fact]
    public async Task A_failed_expert_is_told_and_done_again_alone_and_its_workflow_ends()
    {
        Data.Set("expert[1].fail");
        var instance = await Server.Client.StartAsync("divide-and-contrast", new { Spec = "uncurated-small", Data = Data.Path, Overrides = "cluster.k=4" });
        await Server.Client.WhenAsync(instance, _ => Server.Runs.OpenRequests(instance) is [{ Stage: "expert[1]", StageState: StageState.Failed }]);
        var failed = Data.Starts("expert[1]");
        await SignInAsync(TestServer.Password);
        await OpenInstanceAsync(instance);

        // The journal, in the body of the loop, says why.
        await Page.Locator("foreignObject").GetByText("Flowchart", new LocatorGetByTextOptions { Exact = true }).First.ClickAsync();
        await OpenEntryAsync("Train expert - Failed");
        await Page.GetByRole(AriaRole.Tab, new PageGetByRoleOptions { Name = "Event" }).ClickAsync();
        await Browser.PictureAsync("failed-event");
        await Assertions.Expect(Page.GetByText("the disk is full, says the test").First).ToBeVisibleAsync();

        Data.Clear("expert[1].fail");
        await Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Workflows" }).ClickAsync();
        await OpenWorkflowAsync("rerun-stage");
        var again = await RunWithInputsAsync(("Run", instance), ("Stage", "expert[1]"));
        await Server.Client.WhenFinishedAsync(again);
        await Server.Client.WhenFinishedAsync(instance);
        Assert.Equal(RunState.Succeeded, Server.Runs.Get(instance).Summary.State);
        Assert.Equal((1, failed + 1, 1, 1), (Data.Starts("expert[0]"), Data.Starts("expert[1]"), Data.Starts("expert[2]"), Data.Starts("distill")));
        NothingWentWrong();
    }

    [Fact]
    public async Task What_came_of_a_phase_stands_at_it()
    {
        Assert.SkipWhen(Served < OfStudio, $"The server is Elsa {Served.ToString(3)}: Studio 3.8 asks it for an activity's executions in a way that came with 3.8, and shows an error.");
        var instance = await Server.Client.StartAsync("divide-and-contrast", new { Spec = "uncurated-small", Data = Data.Path, Overrides = "cluster.k=4" });
        await Server.Client.WhenFinishedAsync(instance);
        await SignInAsync(TestServer.Password);
        await OpenInstanceAsync(instance);
        await OpenEntryAsync("Distill - Completed");
        await Page.GetByRole(AriaRole.Tab, new PageGetByRoleOptions { Name = "Executions" }).ClickAsync();
        await Page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = "Completed" }).Last.ClickAsync();
        foreach (var output in (string[])[$"{instance}/distill", Server.Runs.Get(instance).Stages.Single(s => s.Node.Name == "distill").Output!.Location])
            await Assertions.Expect(Page.GetByText(output, new PageGetByTextOptions { Exact = true }).First).ToBeVisibleAsync();
        await Browser.PictureAsync("outputs");
        NothingWentWrong();
    }

    // The journal shows a window of a long list: it has been looked through when its window no longer changes.
    private async Task OpenEntryAsync(string text)
    {
        var entry = Page.GetByText(new Regex(text.Replace(" ", "\\s+", StringComparison.Ordinal))).First;
        var journal = Page.Locator("elsa-workflow-instance-viewer");
        await Page.Mouse.MoveAsync(130, 500);
        for (var (shown, same) = ("", 0); !await entry.IsVisibleAsync(); await Task.Delay(300, TestContext.Current.CancellationToken))
        {
            await Page.Mouse.WheelAsync(0, 300);
            var now = await journal.InnerTextAsync();
            (shown, same) = (now, now == shown ? same + 1 : 0);
            Assert.True(same < 30, $"The journal has no entry '{text}'. The page shows:\n{shown}");
        }

        await entry.ClickAsync();
    }

    private async Task OpenInstanceAsync(string instance)
    {
        await Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Instances" }).ClickAsync();
        await Page.GetByText(instance).First.ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(Instance());
    }
}
