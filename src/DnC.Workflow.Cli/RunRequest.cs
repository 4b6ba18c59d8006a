using DnC.Workflow.Cli.Places;
using DnC.Workflow.Images.Formats;

namespace DnC.Workflow.Cli;

/// <summary>What a person asked to run.</summary>
/// <param name="Place">Where.</param>
/// <param name="Index">The spec on its data.</param>
/// <param name="CommandLine">How to go on after Ctrl-C.</param>
internal sealed record RunRequest(Place Place, DataIndex Index, string CommandLine)
{
    /// <summary>Whether results of earlier stages are left alone.</summary>
    public bool NoCache { get; init; }

    /// <summary>Whether an unfinished run is left alone.</summary>
    public bool StartNew { get; init; }

    /// <summary>Whether to leave once it is on its way.</summary>
    public bool Detach { get; init; }

    /// <summary>Higher first.</summary>
    public int Priority { get; init; }

    /// <summary>Stages that may run at once; 0: no limit.</summary>
    public int MaxConcurrent { get; init; }
}
