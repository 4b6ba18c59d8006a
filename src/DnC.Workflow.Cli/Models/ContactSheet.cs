using System.Globalization;
using System.Net;
using System.Text;
using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;

namespace DnC.Workflow.Cli.Models;

/// <summary>What a search found, to look at: one HTML file that needs nothing else, with small pictures in it.</summary>
/// <param name="found">What was found.</param>
/// <param name="indexed">The images that the table was made of.</param>
internal sealed class ContactSheet(SearchResult found, IImageSource indexed)
{
    /// <summary>Pictures in one file: some ten megabytes. [ours]</summary>
    public const int MostPictures = 2000;

    private const int Side = 144;
    private readonly Thumbnail _thumbnail = new();
    private readonly Lazy<Dictionary<string, int>> _indexOf = new(() => Enumerable.Range(0, indexed.Count).ToDictionary(indexed.Id, StringComparer.Ordinal));

    /// <summary>The HTML.</summary>
    /// <param name="model">The model, for the head.</param>
    public string Html(string model)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Nearest images</title>
            <style>
            {ContactSheetStyle.Css}
            </style>
            <h1>Nearest images</h1>
            <p class="about">{E(found.Index)} · {E(found.Layer)} features of {E(model)} · by cosine, the nearest first</p>

            """);
        using var asked = new FileList([.. found.Queries.Select(q => q.Image)]);
        for (var i = 0; i < found.Queries.Count; i++)
        {
            var query = found.Queries[i];
            text.Append("<section>\n").Append(Figure("asked", Picture(asked, i), query.Image, "asked for")).Append("<div class=\"found\">\n");
            foreach (var neighbour in query.Neighbours)
                text.Append(Figure("", _indexOf.Value.TryGetValue(neighbour.Id, out var at) ? Picture(indexed, at) : null, neighbour.Id, neighbour.Similarity.ToString("0.000", CultureInfo.InvariantCulture)));
            text.Append("</div>\n</section>\n");
        }

        if (found.Skipped.Count > 0)
        {
            text.Append("<h2>Skipped</h2>\n<ul>\n");
            foreach (var skipped in found.Skipped)
                text.Append(CultureInfo.InvariantCulture, $"<li>{E(skipped.Id)}: {E(skipped.Reason)}</li>\n");
            text.Append("</ul>\n");
        }

        return text.Append("</html>\n").ToString();
    }

    private static string Figure(string kind, string? picture, string name, string figure) => string.Create(CultureInfo.InvariantCulture, $"""
        <figure{(kind.Length > 0 ? $" class=\"{kind}\"" : "")}><div class="frame">{(picture is null ? "<span>not in the folder</span>" : $"<img alt=\"\" src=\"{picture}\">")}</div><figcaption><b>{figure}</b><span title="{E(name)}">{E(Short(name))}</span></figcaption></figure>

        """);

    private string? Picture(IImageSource source, int index)
    {
        try
        {
            return "data:image/jpeg;base64," + Convert.ToBase64String(_thumbnail.Jpeg(source.Id(index), source.Read(index), Side));
        }
        catch (BadImageException)
        {
            return null;
        }
    }

    // The end of a path tells images apart; the whole is in the tool tip.
    private static string Short(string name) => name.Length <= 40 ? name : "…" + name[^39..];

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
