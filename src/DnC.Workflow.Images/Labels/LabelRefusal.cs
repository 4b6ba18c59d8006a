using System.Globalization;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Formats.Tar;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Labels;

/// <summary>How labels that cannot be used are refused.</summary>
internal static class LabelRefusal
{
    /// <summary>Largest number of a class or a domain [ours]: tables are as long as it.</summary>
    public const int MaxNumber = 999_999;

    /// <summary>The exception: where the labels come from and what is wrong with them.</summary>
    public static UserInputException Of(string source, string what) => new($"The labels of {source}: {what}");

    /// <summary>The number of a class or domain.</summary>
    /// <exception cref="UserInputException">It is none, or out of range.</exception>
    public static int Number(string text, string source, string what) =>
        int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MaxNumber
            ? number
            : throw Of(source, $"{what} is '{TarRefusal.Shown(text)}'; expected is a whole number from 0 to {MaxNumber}.");

    /// <summary>Rows without gaps; null where none has a label, and for training, whose labels only describe clusters, where some lack one.</summary>
    /// <exception cref="UserInputException">Probe or test is labelled in part: what is measured on it would be of a part of it.</exception>
    public static LabelRow[]? Whole(LabelRow?[] rows, DataPart part, string source, Func<int, string> id)
    {
        var lacking = rows.Count(row => row is null);
        if (lacking == 0) return Array.ConvertAll(rows, row => row!.Value);
        if (lacking == rows.Length || part.Name == DataPart.Train) return null;
        var first = Array.FindIndex(rows, row => row is null);
        throw Of(
            source,
            $"{lacking} of the {rows.Length} images of '{part.Name}' have none, the first is '{id(first)}'. Label all of them, or take those "
            + "without labels out of the part.");
    }
}
