using System.Text.Json;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Elsa;

/// <summary>A run that a workflow is to start. The same request never starts two.</summary>
/// <param name="Id">The run's id: the workflow's correlation id.</param>
/// <param name="RequestId">The request's.</param>
/// <param name="Source">What to run.</param>
/// <param name="NoCache">Whether results of earlier runs are left alone.</param>
/// <param name="SpecName">What the spec calls itself; null in a bookmark of an earlier version.</param>
public sealed record RunStart(string Id, string RequestId, RunSource Source, bool NoCache, string? SpecName = null)
{
    /// <summary>Reads the spec, without a look at the data: that may take minutes.</summary>
    /// <param name="owner">Whose run it is to be: the workflow instance.</param>
    /// <param name="id">Its id; null: the owner's.</param>
    /// <param name="source">What to run.</param>
    /// <param name="noCache">Whether results of earlier runs are left alone.</param>
    /// <param name="options">The server's name, and its specs.</param>
    /// <exception cref="UserInputException">The id or the spec is wrong.</exception>
    internal static RunStart Of(string owner, string? id, RunSource source, bool noCache, DivideAndContrastOptions options)
    {
        var spec = new NamedSpecs(options.SpecFolder).Read(source.Spec, source.Overrides);
        return new RunStart(RunId.Check(id is { Length: > 0 } ? id : owner), RequestName.OfRun(options.Name, owner), source, noCache, spec.Name);
    }

    /// <summary>Holds what is to run against the run that an owner has already.</summary>
    /// <exception cref="UserInputException">It is another one: an owner has one run, whose table would answer for what was never run.</exception>
    internal static void Same(RunView run, RunSource source, DivideAndContrastOptions options)
    {
        var asked = DataIndex.Absolute(new NamedSpecs(options.SpecFolder).Read(source.Spec, source.Overrides), source.DataPath);
        var own = JsonSerializer.Deserialize<RunSpec>(run.SpecJson, SpecJson.Options);
        if (JsonSerializer.Serialize(asked, SpecJson.Options) != JsonSerializer.Serialize(own, SpecJson.Options))
        {
            throw new UserInputException(
                $"This workflow instance has a run already, '{run.Summary.Id}', of another spec or other images. An instance has one run: start another instance for this one (Elsa's 'Dispatch workflow'), or name a run under 'Run'.");
        }
    }

    /// <summary>Indexes the data, plans the run and starts it, where it was not started before.</summary>
    /// <param name="runs">Where.</param>
    /// <param name="specs">Those that may be named.</param>
    /// <exception cref="UserInputException">Anything is wrong with it, or its images change at this moment. Nothing is submitted.</exception>
    internal void Begin(RunService runs, NamedSpecs specs)
    {
        if (runs.FindRequested(RequestId) is not null)
            return;
        DataIndex data;
        try
        {
            data = DataIndex.Of(specs.Read(Source.Spec, Source.Overrides), Source.DataPath, verify: false);
        }
        catch (StageFailure e)
        {
            throw new UserInputException(e.Message, e);
        }

        runs.Start(data.Submission(RequestId) with { Id = Id, Gated = true, NoCache = NoCache });
    }
}

/// <summary>What a workflow says of the run that it starts.</summary>
/// <param name="Spec">The spec as JSON, or the name of one in the server's folder of specs.</param>
/// <param name="Data">The folder of images, as this server and the workers see it; null: the spec's.</param>
/// <param name="Overrides">'path=value', one each.</param>
public sealed record RunSource(string? Spec, string? Data, IReadOnlyList<string> Overrides)
{
    /// <summary>The folder of images, or null where the spec says it: an empty field is none.</summary>
    internal string? DataPath => Data is { Length: > 0 } ? Data : null;
}
