using System.Text.Json;
using System.Text.Json.Serialization;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Report.Facts;

/// <summary>
/// All that a report shows of a run: what 'dnc report --format json' prints, by docs/report.schema.json. A contract: properties are added,
/// never changed or removed.
/// </summary>
/// <param name="Format">The number of this contract.</param>
/// <param name="Run">Which run, and how it stands.</param>
/// <param name="Stages">In the graph's order.</param>
/// <param name="Attempts">Of all stages, by stage and oldest first.</param>
/// <param name="Wishes">What was wanted of the run as a whole, oldest first.</param>
/// <param name="Curves">Of every training that has ended with a result, thinned out.</param>
/// <param name="Divisions">Into clusters, a round each.</param>
/// <param name="Map">Embedded images on a plane, or null where there is no embedding.</param>
/// <param name="Neighbours">The nearest images of a few, or null where no features are to be had.</param>
/// <param name="Measured">What evaluation says.</param>
/// <param name="Cost">What each part of the method took.</param>
/// <param name="Origin">What it was made from: settings, data, versions, machines.</param>
/// <param name="Pictures">Small pictures, which the other parts name by their place here.</param>
/// <param name="Missing">What a report could show and this one does not, and why.</param>
public sealed record RunFacts(
    int Format,
    RunHead Run,
    IReadOnlyList<StageFacts> Stages,
    IReadOnlyList<AttemptFacts> Attempts,
    IReadOnlyList<WishFacts> Wishes,
    IReadOnlyList<CurveFacts> Curves,
    IReadOnlyList<DivisionFacts> Divisions,
    MapFacts? Map,
    NeighbourFacts? Neighbours,
    MeasuredFacts Measured,
    IReadOnlyList<CostFacts> Cost,
    OriginFacts Origin,
    IReadOnlyList<PictureFacts> Pictures,
    IReadOnlyList<MissingFacts> Missing)
{
    /// <summary>The number of the contract that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>How the record is written: nulls too, so that a reader finds every property.</summary>
    public static JsonSerializerOptions Shape { get; } = new(SpecJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.Never, NumberHandling = JsonNumberHandling.Strict };

    // A number that is none, which JSON has no word for, as null.
    private static readonly JsonSerializerOptions Json = new(Shape) { Converters = { new FiniteNumbers() } };

    /// <summary>The record as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>Writes what is no finite number as null.</summary>
internal sealed class FiniteNumbers : JsonConverter<double>
{
    /// <inheritdoc/>
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteNullValue();
    }
}

/// <summary>A run as a whole.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The spec's name.</param>
/// <param name="State">'running', 'paused', 'succeeded', 'failed' or 'cancelled'.</param>
/// <param name="Gated">Whether somebody else paces it, as a workflow of Elsa does.</param>
/// <param name="Created">When it was submitted, by the ledger's clock.</param>
/// <param name="Ended">When its last stage ended, or null.</param>
/// <param name="Seen">When this was read.</param>
/// <param name="Model">Path or address of the distilled model's weights, or null.</param>
public sealed record RunHead(string Id, string Name, string State, bool Gated, DateTimeOffset Created, DateTimeOffset? Ended, DateTimeOffset Seen, string? Model);

/// <summary>Something that was wanted of the run.</summary>
/// <param name="At">When.</param>
/// <param name="Wish">'paused', 'unpaused', 'continued', 'rerun', 'cancelled', 'gatesOpened'.</param>
/// <param name="Who">By whom.</param>
/// <param name="Detail">Of which stage, or null.</param>
public sealed record WishFacts(DateTimeOffset At, string Wish, string Who, string? Detail);

/// <summary>A small picture.</summary>
/// <param name="Image">The image's id within the data.</param>
/// <param name="Class">Its class's name, where it is labelled.</param>
/// <param name="Data">The picture itself, as a 'data:' address; null where it cannot be read any more.</param>
public sealed record PictureFacts(string Image, string? Class, string? Data);

/// <summary>Something that is not shown.</summary>
/// <param name="What">'pictures', 'map', 'neighbours', 'curves', 'clusters', 'labels'.</param>
/// <param name="Why">A sentence.</param>
public sealed record MissingFacts(string What, string Why);
