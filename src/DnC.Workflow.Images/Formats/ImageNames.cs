namespace DnC.Workflow.Images.Formats;

/// <summary>Which files are images, by their names.</summary>
public static class ImageNames
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp"];

    /// <summary>For messages.</summary>
    public const string Expected = ".jpg, .jpeg, .png, .webp or .bmp";

    /// <summary>Whether a file's extension is one of an image, in either case.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
