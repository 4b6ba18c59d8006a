using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Images.Formats;

/// <summary>The data of a run as planning sees it.</summary>
/// <param name="Spec">The spec, with the data's absolute path.</param>
/// <param name="Facts">Counts and digests.</param>
public sealed record DataIndex(RunSpec Spec, DataFacts Facts)
{
    /// <summary>Indexes the data of a spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="path">'--data', which wins over the spec's.</param>
    /// <param name="verify">Whether every byte is hashed, instead of sizes and times alone.</param>
    /// <exception cref="UserInputException">No data is named, or it is not what it should be; or given weights are not there.</exception>
    public static DataIndex Of(RunSpec spec, string? path, bool verify)
    {
        var absolute = Absolute(spec, path);
        using var parts = DataFolder.Open(absolute.Data.Path!, spec.Data.Train, spec.Data.Probe, spec.Data.Test);
        var (index, weights) = (parts.Digests, absolute.Base.Weights);
        return new DataIndex(
            absolute,
            new DataFacts
            {
                TrainImages = parts.Train.Count,
                ProbeImages = parts.Probe?.Count ?? 0,
                TestImages = parts.Test?.Count ?? 0,
                HasLabels = parts.Probe is not null && parts.Test is not null && parts.HasLabels("probe") && parts.HasLabels("test"),
                Digests = verify ? index.ToDictionary(d => d.Key, d => "bytes " + parts.HashBytes(d.Key), StringComparer.Ordinal) : index,
                Index = index,
                Weights = weights is null ? null : GivenWeightsDigest.Of(weights),
            });
    }

    /// <summary>The spec as a run of it keeps it: its paths are absolute.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="path">'--data', which wins over the spec's.</param>
    /// <exception cref="UserInputException">No data is named, or by no path; or weights by none.</exception>
    public static RunSpec Absolute(RunSpec spec, string? path)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var folder = path ?? spec.Data.Path ?? throw new UserInputException("No data: name the folder of images with --data PATH, or as data.path in the spec.");
        if (string.IsNullOrWhiteSpace(folder))
            throw new UserInputException("data.path is empty; expected a folder of images: --data FOLDER.");
        if (string.IsNullOrWhiteSpace(spec.Base.Weights ?? "-"))
            throw new UserInputException("base.weights is empty; expected a file of weights: --set base.weights=FILE, or leave the setting out.");
        if (folder.Contains('\0', StringComparison.Ordinal))
            throw new UserInputException($"The data folder '{folder.Replace("\0", "\\0", StringComparison.Ordinal)}' has a null character in its name; expected a folder's path.");
        var weights = spec.Base.Weights is { } given ? Path.GetFullPath(given) : null;
        return spec with { Data = spec.Data with { Path = Path.GetFullPath(folder) }, Base = spec.Base with { Weights = weights } };
    }

    /// <summary>The run that the spec asks for on this data.</summary>
    /// <param name="requestId">The same one never makes two runs.</param>
    /// <param name="graph">As planned from this, or null to plan it.</param>
    /// <exception cref="UserInputException">It cannot be planned: more clusters than images, say.</exception>
    public RunSubmission Submission(string requestId, StageGraph? graph = null) => new()
    {
        RequestId = requestId,
        Name = Spec.Name,
        SpecJson = JsonSerializer.Serialize(Spec, SpecJson.Options),
        Identity = Identity,
        Data = Spec.Data,
        Graph = graph ?? Planner.Plan(Spec, Facts),
        Retry = new RetryPolicy { MaxFailures = Spec.MaxFailures },
    };

    /// <summary>Equal for the same spec on the same data: how 'run' finds an unfinished run to go on with.</summary>
    public string Identity
    {
        get
        {
            var text = JsonSerializer.Serialize(Spec with { Data = Spec.Data with { Path = null } }, SpecJson.KeyOptions)
                + string.Join('\n', Facts.Digests.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key} {d.Value}"))
                + (Facts.Weights is { } weights ? $"\nweights {weights}" : "");
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }
    }
}
