using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;

namespace DnC.Workflow.Report.Page;

/// <summary>A small picture with its alternative text.</summary>
internal static class Picture
{
    /// <summary>The picture, or its name where it cannot be shown.</summary>
    public static Markup Of(RunFacts facts, int index, string more = "")
    {
        var picture = facts.Pictures[index];
        var text = Alt(picture) + more;
        return HtmlText.Of(html =>
        {
            if (picture.Data is { } data)
                html.Add($"<img src=\"{data}\" alt=\"{text}\" title=\"{text}\" decoding=\"async\">");
            else
                html.Add($"<span class=\"gone\" title=\"{text}\">{Short(picture.Image)}</span>");
        });
    }

    /// <summary>What a picture is, for people who do not see it.</summary>
    public static string Alt(PictureFacts picture) => picture.Class is { } name ? $"{name} ({picture.Image})" : picture.Image;

    // The end of a path tells images apart.
    private static string Short(string name) => name.Length <= 18 ? name : "…" + name[^17..];
}
