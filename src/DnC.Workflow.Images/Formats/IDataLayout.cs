using DnC.Workflow.Images.Labels;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats;

/// <summary>A way to keep a data set in a folder. <see cref="ImageSources"/> lists those there are.</summary>
internal interface IDataLayout
{
    /// <summary>For messages: what a folder of this kind holds.</summary>
    string Expected { get; }

    /// <summary>The parts of a folder, or null where it is not of this kind.</summary>
    /// <exception cref="UserInputException">It is, but a pattern for probe or test matches nothing in it.</exception>
    DataPartition? Find(DataListing listing, PartPatterns patterns);

    /// <summary>The images of a part.</summary>
    IImageSource Open(string folder, DataPart part);

    /// <summary>What an image is called within its part: a shard's member, or its path below the part's folder.</summary>
    string NameInPart(DataPart part, IImageSource images, int index);

    /// <summary>The labels that the format itself holds for a part, in the order of its images; null where it holds none for all of them.</summary>
    ImageLabels? Labels(DataPartition partition, DataPart part, IImageSource images);
}
