using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;

namespace DnC.Workflow.Cli.Init;

/// <summary>What there is in a folder of images.</summary>
/// <param name="Facts">Counts, labels.</param>
/// <param name="ShortSides">Short sides of some images all over the training part, in pixels, ascending.</param>
/// <param name="Unreadable">How many of those looked at are no images.</param>
internal sealed record DataSurvey(DataFacts Facts, IReadOnlyList<int> ShortSides, int Unreadable)
{
    private const int LooksAt = 64;

    /// <summary>Short side of the image in the middle.</summary>
    public int MedianSide => ShortSides[ShortSides.Count / 2];

    /// <summary>'32 pixels', or '28 to 640 pixels, 480 in the middle'.</summary>
    public string Sides => ShortSides[0] == ShortSides[^1] ? $"{MedianSide} pixels" : $"{ShortSides[0]} to {ShortSides[^1]} pixels, {MedianSide} in the middle";

    /// <summary>Opens some images.</summary>
    /// <exception cref="UserInputException">None of them is one.</exception>
    public static DataSurvey Of(DataFacts facts, IImageSource source)
    {
        var count = Math.Min(source.Count, LooksAt);
        var (sides, unreadable, decoder) = (new List<int>(), 0, new ImageDecoder());
        var first = "";
        for (var i = 0; i < count; i++)
        {
            var image = (int)((long)i * source.Count / count);
            try
            {
                var decoded = decoder.Decode(source.Id(image), source.Read(image), minSide: 0);
                sides.Add(Math.Min(decoded.Width, decoded.Height));
            }
            catch (BadImageException e)
            {
                unreadable++;
                first = first.Length == 0 ? e.Message : first;
            }
        }

        if (sides.Count == 0)
            throw new UserInputException($"None of {count} images that were looked at can be read; the first: {first} Mend them, or name another folder with --data.");
        sides.Sort();
        return new DataSurvey(facts, sides, unreadable);
    }
}
