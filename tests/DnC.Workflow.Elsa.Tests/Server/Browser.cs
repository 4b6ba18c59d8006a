using Microsoft.Playwright;

namespace DnC.Workflow.Elsa.Tests.Server;

/// <summary>A real browser on a page of the server, and what it complained of.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] s_programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private const int Patience = 600_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser, IPage page) => (_playwright, _browser, Page) = (playwright, browser, page);

    public IPage Page { get; }

    /// <summary>Errors that pages told the console.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Elsa Studio where it is installed for these tests ('npm install' beside them), or a skipped test.</summary>
    public static string Studio()
    {
        var folder = Environment.GetEnvironmentVariable("DNC_ELSA_STUDIO") ?? Checkout.At("tests", "DnC.Workflow.Elsa.Tests", "node_modules", "@elsa-workflows", "elsa-studio-wasm");
        Assert.SkipUnless(Directory.Exists(folder), $"no Elsa Studio: run 'npm install --prefix tests/DnC.Workflow.Elsa.Tests', or set DNC_ELSA_STUDIO ({folder})");
        return folder;
    }

    public static async Task<Browser> OpenAsync(Uri address)
    {
        var program = Environment.GetEnvironmentVariable("DNC_CHROMIUM") ?? s_programs.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "no Chromium here: install it, or set DNC_CHROMIUM");
        var playwright = await Playwright.CreateAsync();
        var chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = ["--no-sandbox"] });
        var page = await chromium.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1500, Height = 900 } });

        // A machine under load is slow, and that is no failure.
        page.SetDefaultTimeout(Patience);
        Assertions.SetDefaultExpectTimeout(Patience);
        var browser = new Browser(playwright, chromium, page);
        page.PageError += (_, error) => browser.Errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                browser.Errors.Add(message.Text);
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
                browser.Errors.Add($"{response.Status} {response.Request.Method} {response.Url}");
        };
        await page.GotoAsync(address.ToString());
        return browser;
    }

    /// <summary>Keeps a picture where DNC_SCREENSHOTS names a folder.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("DNC_SCREENSHOTS") is { } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png") });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
