using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;
using TorchSharp;

namespace DnC.Workflow.Bench.Startup;

/// <summary>The parts of a training's start in the order in which its phase makes them, in a process of their own: each ends with a line that says when.</summary>
internal static class StartParts
{
    public static readonly IReadOnlyList<string> Names = ["process and runtime", "libtorch", "data and its index", "networks and optimiser", "first batch", "first step"];

    /// <param name="script">A file with the clock's ticks at the start of this process, and an invocation.</param>
    public static int Run(string script)
    {
        var main = Stopwatch.GetTimestamp();
        var given = JsonSerializer.Deserialize<Given>(File.ReadAllBytes(script), SpecJson.Options)!;
        var began = given.Ticks;
        Tell(main);
        var settings = given.Invocation.Settings.Deserialize<TrainingSettings>(SpecJson.Options)!;
        var device = StageDevice.Open(given.Invocation.Options, settings.Training.Precision);
        using (torch.zeros(1))
            Tell(Stopwatch.GetTimestamp());
        using var source = DataFolder.OpenTraining(given.Invocation.Data.Path!, null, null, null);
        if (DataIndexDigest.Of(source) != given.Invocation.DataDigests["train"])
            throw new InvalidDataException("The images have changed.");
        Tell(Stopwatch.GetTimestamp());
        using var step = new ContrastiveStep(settings.Model, settings.Training, 1, device, steps: 100);
        Tell(Stopwatch.GetTimestamp());
        var set = new ImageSet(source, new ImageSetOptions(StageImages.TrainingSide(settings.Model)));
        using var batches = new TwoViewBatches(set, ViewRecipe.Named(settings.Model.Augmentation), settings.Model.Side, settings.Training.Batch, 1, LoaderThreads.For(device), ahead: 4).From(0).GetEnumerator();
        batches.MoveNext();
        Tell(Stopwatch.GetTimestamp());
        using (torch.NewDisposeScope())
            step.Run(batches.Current, 0, 1e-4).item<float>();
        Tell(Stopwatch.GetTimestamp());
        return 0;

        // One machine's processes share one monotonic clock.
        void Tell(long at) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began, at).TotalSeconds:R} {Environment.CpuUsage.TotalTime.TotalSeconds:R}"));
    }

    /// <summary>Starts such a process.</summary>
    /// <returns>Seconds of each part, by the wall and of the process's processors.</returns>
    public static IReadOnlyList<(double Wall, double Processor)> Measure(string folder, StageInvocation invocation)
    {
        var script = Path.Combine(folder, "parts.json");
        File.WriteAllBytes(script, JsonSerializer.SerializeToUtf8Bytes(new Given(Stopwatch.GetTimestamp(), invocation), SpecJson.Options));
        var self = Runtime.Execute.Child.ChildCommand.Self("parts", script);
        var start = new ProcessStartInfo(self.FileName, self.Arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["MKL_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        var ends = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => Array.ConvertAll(l.Split(' '), n => double.Parse(n, CultureInfo.InvariantCulture))).Prepend([0, 0]).ToList();
        process.WaitForExit();
        return ends.Count == Names.Count + 1
            ? [.. Names.Select((_, i) => (ends[i + 1][0] - ends[i][0], ends[i + 1][1] - ends[i][1]))]
            : throw new InvalidOperationException($"The process of the start's parts ended with code {process.ExitCode}.");
    }

    private sealed record Given(long Ticks, StageInvocation Invocation);
}
