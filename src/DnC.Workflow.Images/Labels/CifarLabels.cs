using DnC.Workflow.Images.Formats.Cifar;

namespace DnC.Workflow.Images.Labels;

/// <summary>The class bytes of CIFAR's records.</summary>
internal static class CifarLabels
{
    /// <summary>The labels of a part: for CIFAR-100 the fine ones.</summary>
    public static ImageLabels Read(CifarBinary images)
    {
        var classes = new int[images.Count];
        for (var i = 0; i < classes.Length; i++) classes[i] = images.LabelOf(i);
        return new ImageLabels(classes, [.. images.ClassNames], null, null);
    }
}
