using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace DnC.Workflow.Report.Tests.Browser;

/// <summary>A real browser on a page of ours: what it complained of, and what it asked for.</summary>
internal sealed class PageBrowser : IAsyncDisposable
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>A machine under load is slow, and that is no failure.</summary>
    private const int Patience = 600_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private PageBrowser(IPlaywright playwright, IBrowser browser, IPage page) => (_playwright, _browser, Page) = (playwright, browser, page);

    public IPage Page { get; }

    /// <summary>Errors of scripts, and what the console was told as one: a request that the page's policy refused, too.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Addresses that were asked for, but for the page and what it holds.</summary>
    public List<string> Requests { get; } = [];

    public static async Task<PageBrowser> OpenAsync(string file)
    {
        var program = Environment.GetEnvironmentVariable("DNC_CHROMIUM") ?? Programs.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "no Chromium here: install it (Debian: chromium), or set DNC_CHROMIUM");
        var playwright = await Playwright.CreateAsync();
        var chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = ["--no-sandbox"] });
        var page = await chromium.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1200, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        page.SetDefaultTimeout(Patience);
        var browser = new PageBrowser(playwright, chromium, page);
        var address = new Uri(file).AbsoluteUri;
        page.PageError += (_, error) => browser.Errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                browser.Errors.Add(message.Text);
        };
        page.Request += (_, request) =>
        {
            if (request.Url != address && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                browser.Requests.Add(request.Url);
        };
        await page.GotoAsync(address);
        return browser;
    }

    /// <summary>What axe-core finds that keeps people from using the page.</summary>
    public async Task<IReadOnlyList<string>> ViolationsAsync()
    {
        var result = await Page.RunAxe(new AxeRunOptions());
        return [.. result.Violations.Where(v => v.Impact is "serious" or "critical").SelectMany(v => v.Nodes.Select(n => $"{v.Id}: {v.Help}: {n.Html}"))];
    }

    /// <summary>By how many pixels the page is wider than the window.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

    /// <summary>Keeps a picture of the whole page where DNC_SCREENSHOTS names a folder.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("DNC_SCREENSHOTS") is not { } folder)
            return;
        Directory.CreateDirectory(folder);
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
