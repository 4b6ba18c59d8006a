using DnC.Workflow.Cli.Tests.EndToEnd;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Tests.EndToEnd;
using Microsoft.Playwright;

namespace DnC.Workflow.Report.Tests.Browser;

public sealed class PageTests(ReportedRuns runs) : IDisposable
{
    private const string Unfold = "for (const d of document.querySelectorAll('details')) d.open = true";
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("whole")]
    [InlineData("unlabelled")]
    [InlineData("failed")]
    [InlineData("large")]
    [InlineData("two")]
    public async Task A_page_is_readable_by_everybody_everywhere_and_asks_for_nothing(string name)
    {
        await using var browser = await PageBrowser.OpenAsync(PageOf(name));
        var page = browser.Page;
        // Of thousands of pictures behind folds, all are alike.
        if (name != "large")
            await page.EvaluateAsync(Unfold);
        foreach (var (scheme, said) in new[] { (ColorScheme.Light, "light"), (ColorScheme.Dark, "dark") })
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            Assert.Empty(await browser.ViolationsAsync());
            await browser.PictureAsync($"{name}-{said}");
        }

        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        await page.SetViewportSizeAsync(360, 740);
        await page.EvaluateAsync(Unfold);
        Assert.Equal(0, await browser.OverflowAsync());
        // Of thousands of pictures unfolded, all are alike, and axe-core takes minutes over them.
        if (name != "large")
            Assert.Empty(await browser.ViolationsAsync());
        await browser.PictureAsync($"{name}-phone");

        await page.SetViewportSizeAsync(720, 1000);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.Equal(0, await browser.OverflowAsync());
        // Paper is not scrolled.
        Assert.Empty(await page.EvaluateAsync<string[]>("[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).map(e => `${e.getAttribute('aria-label')}: ${e.scrollWidth} px within ${e.clientWidth}`)"));
        await browser.PictureAsync($"{name}-print");

        Assert.Empty(browser.Errors);
        Assert.Empty(browser.Requests);
    }

    [Fact]
    public async Task The_map_is_recoloured_and_walked_by_keyboard_alone()
    {
        await using var browser = await PageBrowser.OpenAsync(PageOf("whole"));
        var page = browser.Page;
        var before = await Colour(page);

        await TabTo(page, "input[name=by]");
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("by-class", await page.GetAttributeAsync("#map-points", "class"));
        Assert.NotEqual(before, await Colour(page));

        var place = await Transform(page);
        await TabTo(page, "input[name=under]");
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.NotEqual(place, await Transform(page));

        await TabTo(page, "#map-plane");
        await page.Keyboard.PressAsync("ArrowRight");
        var first = await page.InnerTextAsync("#map-card");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Contains("pretrain-", first, StringComparison.Ordinal);
        Assert.NotEqual(first, await page.InnerTextAsync("#map-card"));
        Assert.StartsWith("data:image/webp", await page.GetAttributeAsync("#map-card img", "src"), StringComparison.Ordinal);
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task Values_are_read_off_a_chart_by_keyboard_and_by_pointer_and_are_those_of_the_curve()
    {
        var facts = new SampleRun(_folder.Path, clusters: 4).Facts();
        await using var browser = await PageBrowser.OpenAsync(_folder.Write("page.html", ReportPage.Html(facts)));
        var page = browser.Page;

        var chart = page.Locator(".plot").Nth(0);
        await chart.FocusAsync();
        await page.Keyboard.PressAsync("End");
        var reading = await chart.Locator(".reading").InnerTextAsync();
        var loss = facts.Curves.Single(c => c.Stage == "base").Loss;
        Assert.StartsWith($"step {loss.Steps[^1]} · base: ", reading, StringComparison.Ordinal);
        Assert.Equal(loss.Values[^1], double.Parse(reading.Split("base: ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 0.03);

        await chart.HoverAsync();
        Assert.NotEqual(reading, await chart.Locator(".reading").InnerTextAsync());
        await page.Mouse.MoveAsync(1, 1);
        Assert.True(await chart.Locator(".reading").IsHiddenAsync());
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task A_step_is_read_as_a_whole_number()
    {
        var facts = new SampleRun(_folder.Path, clusters: 4) { Points = 16 }.Facts();
        await using var browser = await PageBrowser.OpenAsync(_folder.Write("page.html", ReportPage.Html(facts)));

        var chart = browser.Page.Locator(".plot").Nth(0);
        await chart.FocusAsync();
        await browser.Page.Keyboard.PressAsync("End");

        Assert.StartsWith("step 16 · base: ", await chart.Locator(".reading").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stages_are_told_apart_on_the_clock_of_a_phone()
    {
        var facts = new SampleRun(_folder.Path, clusters: 12).Facts();
        await using var browser = await PageBrowser.OpenAsync(_folder.Write("page.html", ReportPage.Html(facts)));
        await browser.Page.SetViewportSizeAsync(390, 740);

        // The end of each name is whole, and as wide as it needs.
        Assert.Empty(await browser.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.timeline .row > span > span:last-child')].filter(e => e.scrollWidth > e.clientWidth || e.getBoundingClientRect().right > e.parentElement.getBoundingClientRect().right + 1).map(e => e.parentElement.title)"));
        var ends = await browser.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.timeline .row > span')].filter(e => e.title.startsWith('evaluate[expert')).map(e => e.lastChild.textContent)");
        Assert.Equal(12, ends.Distinct().Count());
        Assert.Contains("t[11]]", ends);
    }

    [Fact]
    public async Task A_spike_above_the_chart_is_read_as_it_was()
    {
        var facts = new SampleRun(_folder.Path, clusters: 4).Facts();
        facts = facts with { Curves = [.. facts.Curves.Select(c => c with { Loss = c.Loss with { Values = [.. c.Loss.Values.SkipLast(1), 1000] } })] };
        await using var browser = await PageBrowser.OpenAsync(_folder.Write("page.html", ReportPage.Html(facts)));

        var chart = browser.Page.Locator(".plot").Nth(0);
        await chart.FocusAsync();
        await browser.Page.Keyboard.PressAsync("End");

        Assert.Equal("step 200 · base: 1\u202f000 · equal-length: 1\u202f000", await chart.Locator(".reading").InnerTextAsync());
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task Names_of_settings_are_not_broken_within_words_on_a_phone()
    {
        var one = new SampleRun(_folder.Path, clusters: 4).Facts();
        var other = one with { Origin = one.Origin with { Spec = System.Text.Json.JsonSerializer.SerializeToElement(new { data = new { path = "/a/path/" + new string('x', 90) }, distill = new { checkpointSeconds = 3.25 } }) } };
        await using var browser = await PageBrowser.OpenAsync(_folder.Write("page.html", ComparisonPage.Html(one, other)));
        await browser.Page.SetViewportSizeAsync(390, 740);

        // 'distill.' and 'checkpointSeconds' at worst: never more lines than parts.
        Assert.Empty(await browser.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.settings code')].filter(c => new Set([...c.getClientRects()].map(r => r.top)).size > c.textContent.split('.').length).map(c => c.textContent)"));
        Assert.Empty(await browser.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.scroll')].filter(e => e.querySelector('.settings') && e.scrollWidth > e.clientWidth).map(e => e.innerText)"));
        Assert.True(await browser.Page.Locator(".settings code").CountAsync() > 3);
        Assert.Equal(0, await browser.OverflowAsync());
    }

    private static Task<string> Colour(IPage page) => page.EvaluateAsync<string>("[...document.querySelectorAll('.p')].map(p => getComputedStyle(p).fill).join()");

    private static Task<string> Transform(IPage page) => page.EvaluateAsync<string>("[...document.querySelectorAll('.p')].map(p => p.style.transform).join()");

    // Where the keyboard does not reach, this goes round until it is plain.
    private static async Task TabTo(IPage page, string selector)
    {
        for (var i = 0; i < 200; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>($"document.activeElement.matches('{selector}')"))
                return;
        }

        Assert.Fail($"the keyboard does not reach {selector}");
    }

    private string PageOf(string name) => name switch
    {
        "large" => _folder.Write("large.html", ReportPage.Html(new SampleRun(_folder.Make("large"), clusters: 200, images: 1000).Facts())),
        "two" => _folder.Write("two.html", ComparisonPage.Html(new SampleRun(_folder.Make("a"), clusters: 4).Facts(), new SampleRun(_folder.Make("b"), clusters: 3) { Name = "with fewer clusters" }.Facts())),
        _ => runs.Of(name).Page,
    };
}
