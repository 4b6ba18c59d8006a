namespace DnC.Workflow.Cli;

/// <summary>What a person asked to run.</summary>
/// <param name="Root">Where.</param>
/// <param name="Index">The spec on its data.</param>
/// <param name="NoCache">Whether results of earlier stages are left alone.</param>
/// <param name="StartNew">Whether an unfinished run is left alone.</param>
/// <param name="CommandLine">How to go on after Ctrl-C.</param>
internal sealed record RunRequest(Root Root, DataIndex Index, bool NoCache, bool StartNew, string CommandLine);
