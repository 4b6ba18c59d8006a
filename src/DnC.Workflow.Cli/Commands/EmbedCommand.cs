using System.CommandLine;
using System.Globalization;
using DnC.Workflow.Cli.Models;
using DnC.Workflow.Cli.Tables;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc embed MODEL --data PATH --out FILE': features of all images of a folder; goes on after a kill.</summary>
internal static class EmbedCommand
{
    public static Command Build(Terminals terminals)
    {
        var command = new Command("embed", "Write the features of all images of a folder as a table; killed, the same command goes on.");
        var layer = PassOptions.Layer();
        var table = new TableCommand(command, ".parquet, .npy (ids beside it, in .ids.txt) or .csv");
        command.Add(layer);
        command.SetAction(parsed => table.Run(parsed, terminals, _ => "dnc", vectors: true, model =>
        {
            var of = parsed.GetValue(layer)!;
            return new TablePlan(
                of,
                new Dictionary<string, string>(StringComparer.Ordinal),
                width => new TableShape(width, null, IndexAbout.Of(model.Config, of)),
                _ => batch => batch.Values,
                width => string.Create(CultureInfo.InvariantCulture, $"× {width} features ({of})"));
        }));
        return command;
    }
}
