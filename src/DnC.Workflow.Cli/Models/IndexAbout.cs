using System.Globalization;
using DnC.Workflow.Cli.Tables;
using DnC.Workflow.Learning.Export;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Models;

/// <summary>What a table of features says of the model that made it, where its format has a place for it (Parquet).</summary>
internal static class IndexAbout
{
    private const string Weights = "dnc.weights";
    private const string Layer = "dnc.layer";

    /// <summary>What to write into it.</summary>
    public static IReadOnlyDictionary<string, string> Of(ModelConfig model, string layer) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Weights] = model.Weights,
        [Layer] = layer,
        ["dnc.model"] = model.Name,
        ["dnc.run"] = model.Run,
    };

    /// <summary>Checks that a table is this model's, as far as it says so.</summary>
    /// <exception cref="UserInputException">It is another's, or of another layer.</exception>
    public static void Require(TableShape table, string path, ModelConfig model, string layer, int width)
    {
        if (table.About.GetValueOrDefault(Weights) is { } weights && weights != model.Weights)
            throw new UserInputException($"'{path}' was made with another model ({table.About.GetValueOrDefault("dnc.model")} of run {table.About.GetValueOrDefault("dnc.run")}): its features say nothing to this one's. Name that model, or embed again.");
        if (table.About.GetValueOrDefault(Layer) is { } other && other != layer)
            throw new UserInputException($"'{path}' holds the layer '{other}', not '{layer}': take --layer {other}.");
        if (table.Width != 0 && table.Width != width)
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"'{path}' has rows of {table.Width} values, and this model's layer '{layer}' has {width}: it was made with another model or layer. Name that one, or embed again."));
    }
}
