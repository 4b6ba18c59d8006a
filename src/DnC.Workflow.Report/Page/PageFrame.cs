using System.Security.Cryptography;
using System.Text;
using DnC.Workflow.Report.Html;

namespace DnC.Workflow.Report.Page;

/// <summary>What is around every page: style, script, contents, and the word that nothing is fetched.</summary>
internal static class PageFrame
{
    private static readonly string Css = Resource("report.css");
    private static readonly string Script = Resource("report.js");

    /// <summary>The whole file.</summary>
    /// <param name="title">Of the window.</param>
    /// <param name="head">Above everything.</param>
    /// <param name="sections">Each with its id and heading.</param>
    /// <param name="program">The version that wrote it.</param>
    /// <param name="seen">When.</param>
    public static string Html(string title, Markup head, IReadOnlyList<(string Id, string Title, Markup Text)> sections, string program, DateTimeOffset seen) => HtmlText.Of(page =>
    {
        // Nothing of the page may be fetched, and no script may run but this one, whatever a name or a message might smuggle in.
        page.Add($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{new Markup(Hash(Script))}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="generator" content="DnC.Workflow {program}">
            <link rel="icon" href="data:,">
            <title>{title}</title>
            <style>{new Markup(Css)}</style>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the report</a>
            {head}
            <nav aria-label="Contents"><ul>

            """);
        foreach (var (id, name, _) in sections)
            page.Add($"<li><a href=\"#{id}\">{name}</a></li>\n");
        page.Add($"</ul></nav>\n<main id=\"main\">\n");
        foreach (var (id, name, text) in sections)
            page.Add($"<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{name}</h2>\n{text}</section>\n");
        page.Add($"""
            </main>
            <footer>Written by DnC.Workflow {program} on {Figures.At(seen)}. The page is complete in itself: it loads nothing and sends nothing.</footer>
            <script>{new Markup(Script)}</script>
            </body>
            </html>

            """);
    }).Html;

    private static string Hash(string script) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));

    private static string Resource(string name)
    {
        using var stream = typeof(PageFrame).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
