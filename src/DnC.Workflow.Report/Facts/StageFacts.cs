using System.Text.Json;

namespace DnC.Workflow.Report.Facts;

/// <summary>A stage as it stands.</summary>
/// <param name="Name">'base', 'expert[3]', 'evaluate[dnc]'.</param>
/// <param name="Kind">Which executor runs it.</param>
/// <param name="Part">The part of the method that it belongs to, as in <see cref="CostFacts.Part"/>.</param>
/// <param name="State">A word of the state table.</param>
/// <param name="Inputs">The stages whose outputs it reads.</param>
/// <param name="Generation">1, and one more for each rerun.</param>
/// <param name="Attempts">Attempts of this generation.</param>
/// <param name="Seconds">Of all its attempts together, up to now.</param>
/// <param name="Flops">What its result took, wherever it was made; null without a result.</param>
/// <param name="Images">Images that it was trained on or looked at, or null.</param>
/// <param name="Loss">At its end, or null.</param>
/// <param name="ReusedFrom">'run/stage' whose result stands for it, or null.</param>
/// <param name="Error">Why it failed last, or null.</param>
/// <param name="Step">Steps done by the running attempt, or null.</param>
/// <param name="Steps">Steps in all, or null.</param>
/// <param name="GateShut">Whether it waits for its gate.</param>
/// <param name="Device">The device that its result was made on, or null.</param>
/// <param name="Threads">Its threads, or null.</param>
/// <param name="Precision">Its number format, or null.</param>
public sealed record StageFacts(
    string Name, string Kind, string Part, string State, IReadOnlyList<string> Inputs, int Generation, int Attempts, double Seconds, double? Flops, long? Images,
    double? Loss, string? ReusedFrom, string? Error, long? Step, long? Steps, bool GateShut, string? Device, int? Threads, string? Precision);

/// <summary>One attempt of a stage.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Number">From 1 in each generation.</param>
/// <param name="Worker">Who ran it.</param>
/// <param name="Started">When it was claimed.</param>
/// <param name="Ended">When it ended, or null while it runs.</param>
/// <param name="Outcome">'running', 'completed', 'failed', 'released' (given back before its end, for the reason told), 'lost' (its worker was gone), 'input lost', 'cancelled'.</param>
/// <param name="ResumedAtStep">Where it went on from, or null for a fresh start.</param>
/// <param name="Step">How far it was known to be, or null.</param>
/// <param name="Steps">Of how many, or null.</param>
/// <param name="Why">The first line of its reason or exception, or null.</param>
public sealed record AttemptFacts(
    string Stage, int Generation, int Number, string Worker, DateTimeOffset Started, DateTimeOffset? Ended, string Outcome, long? ResumedAtStep, long? Step, long? Steps, string? Why);

/// <summary>What a part of the method took.</summary>
/// <param name="Part">'base', 'embed', 'cluster', 'experts', 'distill', 'evaluate', or 'compare': what is trained for comparison alone.</param>
/// <param name="Stages">Its stages.</param>
/// <param name="Done">Those with a result, and those that need none.</param>
/// <param name="Reused">Those whose result was there before.</param>
/// <param name="Seconds">Of all attempts together; stages side by side count each.</param>
/// <param name="Flops">Of its results, reused ones included.</param>
/// <param name="ReusedFlops">Of reused results alone.</param>
public sealed record CostFacts(string Part, int Stages, int Done, int Reused, double Seconds, double Flops, double ReusedFlops);

/// <summary>What a run was made from.</summary>
/// <param name="Program">The program's version that wrote this.</param>
/// <param name="Spec">The spec after overrides.</param>
/// <param name="DataPath">The data folder, or null.</param>
/// <param name="TrainImages">Images to train on, or null where no stage has told of them.</param>
/// <param name="Digests">Digest of each part of the data, as planned.</param>
/// <param name="Versions">Version of each kind of stage.</param>
/// <param name="Machines">Hosts or workers that ran attempts.</param>
/// <param name="Skipped">A sentence on images that could not be read, or null.</param>
public sealed record OriginFacts(
    string Program, JsonElement Spec, string? DataPath, long? TrainImages, IReadOnlyDictionary<string, string> Digests, IReadOnlyDictionary<string, int> Versions,
    IReadOnlyList<string> Machines, string? Skipped);
