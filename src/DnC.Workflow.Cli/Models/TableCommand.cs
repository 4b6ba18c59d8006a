using System.CommandLine;
using System.Globalization;
using DnC.Workflow.Cli.Commands;
using DnC.Workflow.Cli.Tables;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Export;
using Spectre.Console;

namespace DnC.Workflow.Cli.Models;

/// <summary>What 'embed' and 'route' share: all images of a folder through a model into a table, which goes on after a kill.</summary>
internal sealed class TableCommand
{
    private readonly Argument<string> _model = ModelSource.Argument();
    private readonly Option<string> _data = PassOptions.Data();
    private readonly Option<string> _file;
    private readonly Option<string> _device = PassOptions.Device();
    private readonly Option<int> _batch = PassOptions.Batch();
    private readonly Option<bool> _force = new("--force") { Description = "Replace a table that is there, and drop another one that was begun." };
    private readonly ModelPlace _place = new();

    /// <param name="command">The command, which gets the options.</param>
    /// <param name="formats">Formats of the table, for the help.</param>
    public TableCommand(Command command, string formats)
    {
        _file = PassOptions.Out(formats);
        command.Add(_model);
        foreach (var option in (Option[])[_data, _file, _device, _batch, _force])
            command.Add(option);
        _place.AddTo(command);
    }

    /// <summary>Runs it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminals">Where it tells.</param>
    /// <param name="otherwise">The model of a run that is named alone, given its rounds.</param>
    /// <param name="vectors">Whether rows are vectors.</param>
    /// <param name="plan">What to make of the model: told the model, answers the layer, what else the bytes depend on, and how rows are made.</param>
    /// <returns>An exit code.</returns>
    public int Run(ParseResult parsed, Terminals terminals, Func<int, string> otherwise, bool vectors, Func<ModelSource, TablePlan> plan)
    {
        var path = parsed.GetValue(_file)!;
        var format = TableFormats.Of(path, vectors);
        using var place = _place.Of(parsed, terminals);
        var found = ModelSource.Find(parsed.GetValue(_model)!, otherwise, place.Open);
        var made = plan(found);
        using var source = DataFolder.OpenAll(Path.GetFullPath(parsed.GetValue(_data)!));
        var job = new Dictionary<string, string>(made.Job, StringComparer.Ordinal)
        {
            ["model"] = found.Config.Weights,
            ["data"] = DataIndexDigest.Of(source),
            ["layer"] = made.Layer,
            ["batch"] = parsed.GetValue(_batch).ToString(CultureInfo.InvariantCulture),
        };
        using var table = PartialTable.Open(path, job, parsed.GetValue(_force));
        using var pass = EncoderPass.Open(found.Load, made.Layer, PassOptions.Of(parsed, _device, _batch));
        var shape = made.Shape(pass.Width);
        new RowPass(pass, source, terminals).Run(table, shape.Width, made.Rows(pass));
        var (skipped, rows) = (table.Skipped, table.Rows);
        if (rows == 0)
            table.Discard();
        SkippedTold.Tell(terminals.Error, skipped, source.Count);
        table.Finish(format, shape);
        terminals.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows:N0} images {made.Told(pass.Width)} by {found.Config.Name} of run {found.Config.Run}{(skipped.Count > 0 ? $", {skipped.Count:N0} skipped" : "")}: {path}"));
        return ExitCodes.Success;
    }
}

/// <summary>What a table is made of.</summary>
/// <param name="Layer">The layer of the model.</param>
/// <param name="Job">What its bytes depend on beside model, images and batch.</param>
/// <param name="Shape">Its columns, given the layer's width.</param>
/// <param name="Rows">Makes rows of a batch's features.</param>
/// <param name="Told">What is told of it at the end, given the layer's width.</param>
internal sealed record TablePlan(
    string Layer, IReadOnlyDictionary<string, string> Job, Func<int, TableShape> Shape, Func<EncoderPass, Func<EncodedBatch, float[]>> Rows, Func<int, string> Told);
