using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Bench.Peers;
using DnC.Workflow.Learning.Native;

namespace DnC.Workflow.Bench.Training;

/// <summary>The MoCLR step against PyTorch's, in each layout, as it comes and with glibc told to keep freed blocks as ours does.</summary>
internal static class StepRow
{
    private static readonly Dictionary<string, string> KeepsBlocks = new(StringComparer.Ordinal)
    {
        ["MALLOC_MMAP_MAX_"] = "0", ["MALLOC_TRIM_THRESHOLD_"] = "-1", ["MALLOC_TOP_PAD_"] = "67108864",
    };

    public static Table Measure(BenchSettings settings)
    {
        var (rows, version, missing) = (new List<string[]>(), "PyTorch", "");
        int[] threads = settings.Device != "cpu" ? [Environment.ProcessorCount] : settings.Quick || Environment.ProcessorCount == 1 ? [1] : [1, 2];
        foreach (var shape in StepShape.Of(settings))
        {
            foreach (var t in threads)
            {
                foreach (var bf16 in Formats(settings))
                {
                    using var plain = Peer(settings, shape, t, bf16, null);
                    using var kept = settings.Device == "cpu" && !settings.Quick ? Peer(settings, shape, t, bf16, KeepsBlocks) : null;
                    rows.Add(Row(settings, shape, t, bf16, plain, kept));
                    (version, missing) = (plain.Version, plain.Missing ?? "");
                }
            }
        }

        return new Table(
            "A MoCLR training step",
            ["network", "batch", "threads", "precision", "ours images/s", "peer images/s", "the fastest of its forms", "ratio", "goal", "ours GFLOP/s", "of the matrix rate", "waiting for data"],
            rows,
            $"Peer: {(missing.Length > 0 ? missing : version)}: the same network, loss, optimiser and target update, batches of noise that are there. {Bf16(settings)} "
            + "One thread by its processor time, more by the wall. Waiting is measured apart, behind the loader, with images in memory.");
    }

    private static string[] Row(BenchSettings settings, StepShape shape, int threads, bool bf16, PythonPeer plain, PythonPeer? kept)
    {
        using var ours = new OurStep(shape, settings.Device, threads, bf16);
        var steps = settings.Quick ? Math.Max(1, shape.Steps / 4) : shape.Steps;
        var (names, peers) = Forms(settings, threads, steps, plain, kept);
        var taken = Interleaved.Measure(settings.Quick || shape.Model.Side > 32 ? 2 : settings.Repeats, () => ours.Run(steps), peers);
        var images = steps * shape.Batch;
        var flops = images / taken.Ours * ours.FlopsPerImage;
        return
        [
            shape.Name, $"{shape.Batch}", $"{threads}", bf16 ? "bf16" : "fp32", Report.Number(images / taken.Ours), Report.Rate(images, taken.Theirs.Min()),
            taken.Fastest < 0 || taken.Ratio is null ? "–" : names[taken.Fastest], Report.Ratio(taken.Ratio), bf16 && settings.Device == "cpu" ? "≥ 1.5" : "≥ 1.0",
            Report.Number(flops / 1e9), Report.Share(flops / Machine.MatrixRate(threads, ours.Device)), Report.Share(ours.Waiting()),
        ];
    }

    private static (List<string> Names, List<Func<double>?> Peers) Forms(BenchSettings settings, int threads, int steps, PythonPeer plain, PythonPeer? kept)
    {
        var (names, peers) = (new List<string>(), new List<Func<double>?>());
        Add("channels-last", plain, "channels-last", compiled: false);
        if (settings.Device != "cpu")
        {
            if (!plain.Version.StartsWith("PyTorch 1.", StringComparison.Ordinal))
                Add("compiled", plain, "channels-last", compiled: true);
            return (names, peers);
        }

        Add("planar", plain, "planar", compiled: false);
        if (kept is not null)
        {
            Add("channels-last, blocks kept", kept, "channels-last", compiled: false);
            Add("planar, blocks kept", kept, "planar", compiled: false);
        }

        return (names, peers);

        void Add(string name, PythonPeer peer, string layout, bool compiled)
        {
            names.Add(name);
            peers.Add(peer.Timed(threads, new { layout, compiled, steps }));
        }
    }

    private static PythonPeer Peer(BenchSettings settings, StepShape shape, int threads, bool bf16, Dictionary<string, string>? environment)
    {
        var m = shape.Model;
        var model = new { backbone = m.Backbone, stem = m.Stem, width = m.Width, blocks = m.Blocks, side = m.Side, projectorHidden = m.ProjectorHidden, projection = m.Projection };
        return PythonPeer.Start(settings, "step.py", threads, new { model, batch = shape.Batch, threads, bf16, device = settings.Device }, environment);
    }

    private static bool[] Formats(BenchSettings settings) => settings.Device != "cpu" ? [true] : Autocast.IsNative(TorchSharp.torch.CPU) ? [false, true] : [false];

    private static string Bf16(BenchSettings settings) => settings.Device != "cpu" || Autocast.IsNative(TorchSharp.torch.CPU)
        ? ""
        : "No rows in bf16: this processor has neither AVX512_BF16 nor AMX, and bfloat16 would be emulated.";
}
