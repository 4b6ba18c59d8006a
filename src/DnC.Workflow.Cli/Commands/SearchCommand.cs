using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Cli.Models;
using DnC.Workflow.Cli.Tables;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Export;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc search MODEL --index FILE IMAGE…': the images of a table of features that are nearest to some images.</summary>
internal static class SearchCommand
{
    public static Command Build(Terminals terminals)
    {
        var model = ModelSource.Argument();
        var images = new Argument<string[]>("IMAGE") { Description = "Image files to search for.", Arity = ArgumentArity.OneOrMore };
        var index = new Option<string>("--index") { Description = "A table that 'dnc embed' wrote with the same model and layer.", HelpName = "FILE", Required = true };
        var top = WholeNumber.Option("--top", "Neighbours of each image; 10 if left out.", 1, "a number from 1");
        top.DefaultValueFactory = _ => 10;
        var html = new Option<string?>("--html") { Description = "Also write a contact sheet: one HTML file with small pictures; needs --data.", HelpName = "FILE" };
        var data = new Option<string?>("--data") { Description = "With --html: the folder that the table was made of.", HelpName = "PATH" };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var (layer, device, place) = (PassOptions.Layer(), PassOptions.Device(), new ModelPlace());
        var command = new Command("search", "Find the images of a table of features that are nearest to the given ones.") { model, images, index, top, html, data, json, layer, device };
        place.AddTo(command);
        command.SetAction(parsed =>
        {
            var asked = parsed.GetValue(images)!;
            RequireSheet(parsed.GetValue(html), parsed.GetValue(data), (long)asked.Length * parsed.GetValue(top));
            var (path, of) = (parsed.GetValue(index)!, parsed.GetValue(layer)!);
            var table = TableFormats.OfExisting(path);
            using var at = place.Of(parsed, terminals);
            var found = ModelSource.Find(parsed.GetValue(model)!, _ => "dnc", at.Open);
            using var pass = EncoderPass.Open(found.Load, of, new StageOptions { Device = parsed.GetValue(device)!, Threads = Environment.ProcessorCount });
            IndexAbout.Require(table.Shape(path), path, found.Config, of, pass.Width);
            var result = Search(pass, asked, table, path, of, parsed.GetValue(top));
            SkippedTold.Tell(terminals.Error, result.Skipped, asked.Length);
            if (parsed.GetValue(json))
                Console.Out.WriteLine(JsonSerializer.Serialize(result, SpecJson.Indented));
            else
                Show(terminals.Out, result);
            if (parsed.GetValue(html) is { } sheet)
            {
                using var indexed = DataFolder.OpenAll(Path.GetFullPath(parsed.GetValue(data)!));
                WholeFile.Write("The contact sheet", "--html FILE", sheet, new ContactSheet(result, indexed).Html($"{found.Config.Name} of run {found.Config.Run}"));
                terminals.Error.WriteLine($"Contact sheet: {sheet}");
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static SearchResult Search(EncoderPass pass, string[] asked, ITableFormat table, string path, string layer, int top)
    {
        using var source = new FileList(asked);
        var set = pass.Set(source);
        var (images, values) = (new List<string>(), new List<float>());
        foreach (var batch in pass.From(set, 0))
        {
            images.AddRange(batch.Images.Select(set.Id));
            values.AddRange(batch.Values);
        }

        var nearest = new NearestRows(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values), pass.Width, top);
        if (images.Count > 0)
        {
            foreach (var part in table.Read(path))
                nearest.Add(part.Ids, part.Values);
        }

        return new SearchResult(
            path,
            layer,
            [.. images.Zip(nearest.Found, (image, neighbours) => new SearchQuery(image, neighbours))],
            [.. set.Bad.Images.Select(b => new SkippedImage(b.Id, b.Reason))]);
    }

    private static void Show(IAnsiConsole console, SearchResult result)
    {
        foreach (var query in result.Queries)
        {
            var table = PlainTable.New().Right("").Right("cosine").Left("image");
            table.Title = new TableTitle(Markup.Escape(query.Image));
            foreach (var (before, neighbour) in query.Neighbours.Index())
                table.AddRow(new Text((before + 1).ToString(CultureInfo.InvariantCulture)), new Text(neighbour.Similarity.ToString("0.000", CultureInfo.InvariantCulture)), new Text(neighbour.Id));
            console.Write(table);
        }
    }

    private static void RequireSheet(string? html, string? data, long pictures)
    {
        if (html is not null)
            WholeFile.Require("--html", html);
        if (html is not null && data is null)
            throw new UserInputException($"--html {html}: a table of features holds no pictures; give the folder that it was made of with --data PATH.");
        if (html is null && data is not null)
            throw new UserInputException($"--data {data}: is for the contact sheet alone; name its file with --html FILE.");
        if (html is not null && pictures > ContactSheet.MostPictures)
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"--html {html}: would hold {pictures:N0} pictures; at most {ContactSheet.MostPictures:N0} are put into one file. Take fewer images or a smaller --top."));
    }
}
