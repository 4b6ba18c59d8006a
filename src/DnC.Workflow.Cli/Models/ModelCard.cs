using System.Globalization;
using System.Text.Json;
using System.Text;
using DnC.Workflow.Cli.Status;
using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Learning.Export;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Models;

/// <summary>
/// The README.md of an exported model, from the run's ledger alone: what it is, what it learnt from and how long, what that cost, how good it
/// is, how to load it.
/// </summary>
internal static class ModelCard
{
    /// <summary>The Markdown.</summary>
    /// <param name="model">The model.</param>
    /// <param name="features">Length of its feature vectors.</param>
    /// <param name="hasOnnx">Whether the folder has a graph.</param>
    /// <param name="hasClusters">Whether it has clusters.</param>
    public static string Text(RunModel model, int features, bool hasOnnx, bool hasClusters)
    {
        var (spec, net) = (model.Spec, model.Spec.Model);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            ---
            license: other
            license_name: that-of-the-images
            pipeline_tag: image-feature-extraction
            tags: [self-supervised, divide-and-contrast, {net.Backbone}]
            ---
            # {Plain(spec.Name)}: {model.Name}

            {What(model)} Images in, {features} features out: for search, clustering and small classifiers on top.
            Trained by *Divide and Contrast* (Tian, Hénaff, van den Oord, ICCV 2021) with DnC.Workflow {Composition.Version}, without labels.

            | | |
            |---|---|
            | objective | {spec.Base.Objective}{(spec.Base.Objective == "byol" ? "" : $", temperature {spec.Base.Temperature}")} |
            | network | {net.Backbone}{(net.Backbone == "narrow" ? $", width {net.Width}, {net.Blocks} {(net.Blocks == 1 ? "block" : "blocks")} a stage" : "")}, {net.Stem} stem, {net.Side}×{net.Side} pixels |
            | run | `{model.Run.Summary.Id}`, stage `{model.Stage.Node.Name}`, seed {spec.Seed}, {model.Run.Summary.Created:yyyy-MM-dd} |
            | weights | SHA-256 `{model.File.Digest}` of the run's file |

            ## Data

            {Data(model)}

            ## Schedule and cost


            """);
        Schedule(text, model);
        text.Append("\n## Metrics\n\n");
        Metrics(text, model);
        text.Append(CultureInfo.InvariantCulture, $"""

            ## Preprocessing

            RGB from 0 to 1, {Resize(net.Side)}, less the mean (0.485, 0.456, 0.406), over the deviation (0.229, 0.224, 0.225).
            `{ModelFiles.Preprocessor}` and `pretrained_cfg` in `{ModelFiles.Config}` say the same.

            ## Loading

            {ModelCardLoading.Text(net, features, hasOnnx)}

            `dnc embed FOLDER --data IMAGES --out FILE.parquet` embeds a folder of images{(hasClusters ? ", and `dnc route FOLDER --data IMAGES --out FILE.csv` says which of the run's clusters each belongs to" : "")}.

            ## Licence

            DnC.Workflow is under Apache 2.0 and claims nothing in what is trained with it. What may be done with these weights depends on the
            images that they were trained on: put their licence here, and into `license` above, before you publish them.

            """);
        return text.ToString();
    }

    private static string What(RunModel model) => model.Stage.Node.Kind switch
    {
        "expert" => $"An expert: it has seen the images of one cluster alone ({model.Name}).",
        "base" when ModelHistory.IsGiven(model.Stage) => "Weights that were given to the run as its base, trained elsewhere.",
        "base" => "A base model: it has seen all images, before any division.",
        _ when model.Name == "dnc" => "The distilled model: one network taught by a base and by one expert for each cluster of the images.",
        _ => $"A distilled model ({model.Name}).",
    };

    private static string Data(RunModel model)
    {
        var folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Run.Data?.Path ?? ""));
        var made = ModelHistory.Of(model);
        var digest = made.Select(s => s.Node.Data.GetValueOrDefault("train")).FirstOrDefault(d => d is not null);
        var images = made.Where(s => s.Node.Kind == "base").Select(s => ModelHistory.Number(s, "members")).FirstOrDefault(n => n > 0);
        var bad = made.Select(s => ModelHistory.Number(s, "badImageCount")).DefaultIfEmpty().Max();
        return string.Create(CultureInfo.InvariantCulture, $"{(images is { } n ? $"{n:N0} images" : "Images")} without labels{(folder.Length > 0 ? $", from a folder named `{Plain(folder)}`" : "")}{(bad > 0 ? $", {bad:N0} of them unreadable and left out" : "")}{(digest is null ? "" : $". Fingerprint of their names, sizes and times: `{digest}`")}.");
    }

    private static void Schedule(StringBuilder text, RunModel model)
    {
        text.Append("| stage | epochs | steps | images seen | batch | optimiser | rate | weight decay | FLOPs |\n|---|---|---|---|---|---|---|---|---|\n");
        var made = ModelHistory.Of(model);
        foreach (var stage in made)
        {
            var training = ModelHistory.Training(stage);
            string[] cells =
            [
                stage.Node.Name + (ModelHistory.IsGiven(stage) ? " (given weights)" : ""),
                training?.Epochs?.ToString("0.###", CultureInfo.InvariantCulture) ?? "",
                Whole(ModelHistory.Number(stage, "steps")),
                Whole(ModelHistory.Number(stage, "images")),
                training is null ? "" : Whole(training.Batch),
                training?.Optimizer ?? "",
                training?.LearningRate.ToString("G4", CultureInfo.InvariantCulture) ?? "",
                training?.WeightDecay.ToString("G4", CultureInfo.InvariantCulture) ?? "",
                ModelHistory.Number(stage, "flops") is { } flops ? Operations.Short(flops) : "",
            ];
            text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\nIn all {Operations.Short(made.Sum(s => ModelHistory.Number(s, "flops") ?? 0))}, two for a multiply-accumulate. Learning rates are per 256 images; warm-up, then a cosine to 0.\n");
    }

    private static void Metrics(StringBuilder text, RunModel model)
    {
        var report = StatusReport.Of(model.Run);
        var own = model.Stage.Node.Kind == "expert" ? model.Stage.Node.Name : model.Name;
        var subset = report.Evaluation.FirstOrDefault(r => r.Model == own)?.Subset;
        var rows = report.Evaluation.Where(r => r.Subset == subset).ToList();
        if (rows.Count == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"None: {report.EvaluationSkipped ?? "not measured yet"}.\n");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"Top-1 in percent, ± a standard error, on labelled test images{(subset is null ? "" : $" of {subset}")}; k-NN and linear probe are fitted on the pooled features of other labelled images.\n\n| model | k-NN | linear probe | test images |\n|---|---|---|---|\n");
        foreach (var row in rows)
        {
            var mark = row.Model == own ? "**" : "";
            text.Append(CultureInfo.InvariantCulture, $"| {mark}{row.Model}{mark} | {Percent(row.Knn, row.KnnStderr)} | {Percent(row.Linear, row.LinearStderr)} | {row.Images} |\n");
        }
    }

    private static string Percent(double? value, double? error) => value is null
        ? "–"
        : string.Create(CultureInfo.InvariantCulture, $"{value:0.0}{(error is null ? "" : $" ± {error:0.0}")}");

    private static string Whole(double? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    private static string Resize(int side) => Preprocessing.Squeezes(side)
        ? string.Create(CultureInfo.InvariantCulture, $"squeezed to {side}×{side} (bicubic, antialiased)")
        : string.Create(CultureInfo.InvariantCulture, $"the short side resized to {CropResize.ResizedShortSide(side)} (bicubic, antialiased) and the centre of {side}×{side} cut out");

    // A name that people gave stands in Markdown that a hub shows as HTML.
    private static string Plain(string name) => string.Concat(name.Select(c => char.IsControl(c) ? ' ' : "<>`|[]*_\\&#".Contains(c, StringComparison.Ordinal) ? '-' : c));
}
