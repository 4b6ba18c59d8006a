namespace DnC.Workflow.Images.Demo;

/// <summary>What a demo set holds. All defaults are ours: sizes that a pilot on two cores found enough.</summary>
/// <param name="Pretrain">Unlabelled images; class sizes follow Zipf's law.</param>
/// <param name="Probe">Labelled images to fit probes on, the same number of each class.</param>
/// <param name="Test">Labelled images to measure on, likewise.</param>
/// <param name="Seed">Another seed gives other images of the same classes.</param>
public sealed record DemoOptions(int Pretrain = 6000, int Probe = 1000, int Test = 1000, ulong Seed = 0)
{
    /// <summary>Pixels a side.</summary>
    public const int Side = 32;

    /// <summary>Number of classes.</summary>
    public static int Classes => DemoClass.All.Count;

    /// <summary>Checks the counts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A part has fewer images than there are classes.</exception>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Pretrain, Classes, nameof(Pretrain));
        ArgumentOutOfRangeException.ThrowIfLessThan(Probe, Classes, nameof(Probe));
        ArgumentOutOfRangeException.ThrowIfLessThan(Test, Classes, nameof(Test));
    }
}
