using DnC.Workflow.Images.Formats;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Elsa;

/// <summary>What a workflow says of the run that it starts.</summary>
/// <param name="Spec">The spec as JSON, or the name of one in the server's folder of specs.</param>
/// <param name="Data">The folder of images, as this server and the workers see it; null: the spec's.</param>
/// <param name="Overrides">'path=value', one each.</param>
public sealed record RunSource(string? Spec, string? Data, IReadOnlyList<string> Overrides)
{
    /// <summary>Reads the spec, indexes the data, and plans the run.</summary>
    /// <param name="specs">Those that may be named.</param>
    /// <param name="requestId">The request's.</param>
    /// <exception cref="UserInputException">Anything is wrong with it.</exception>
    public RunSubmission Submission(NamedSpecs specs, string requestId) =>
        DataIndex.Of(specs.Read(Spec, Overrides), Data is { Length: > 0 } ? Data : null, verify: false).Submission(requestId);
}
