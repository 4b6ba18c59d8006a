using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Bench.Peers;
using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Bench.Images;

/// <summary>BYOL's two views from decoded images, one thread, by processor time.</summary>
internal static class AugmentRow
{
    private const int Images = 16;

    public static Table Measure(BenchSettings settings)
    {
        var rows = new List<string[]>();
        var (versions, copy) = ("", Machine.CopyRate());
        foreach (var (side, width, height, passes) in new[] { (32, 32, 32, settings.Pick(20, 200)), (224, 500, 375, settings.Pick(1, 4)) })
        {
            var pixels = Enumerable.Range(0, Images).Select(i => Photographs.Draw(i, width, height)).ToArray();
            var file = Path.GetTempFileName();
            File.WriteAllBytes(file, [.. pixels.SelectMany(p => p)]);
            using var opencv = PythonPeer.Start(settings, "augment_opencv.py", 1, new { file, width, height, side, images = Images });
            using var pillow = PythonPeer.Start(settings, "augment_torchvision.py", 1, new { file, width, height, side, images = Images });
            var ours = new Ours(pixels, width, height, side);
            var taken = Interleaved.Measure(settings.Repeats, () => ours.Run(passes), Processor(opencv, passes), Processor(pillow, settings.Pick(1, Math.Max(1, passes / 10)), passes));
            File.Delete(file);
            var views = 2 * Images * passes;
            rows.Add(
            [
                $"{side} of {width} × {height}", Report.Number(views / taken.Ours), Report.Rate(views, taken.Theirs[0]), Report.Rate(views, taken.Theirs[1]),
                Report.Ratio(taken.Ratios[0]), Report.Ratio(taken.Ratios[1]), side == 32 ? "≥ 3" : "≥ 4",
                Report.Number(views / taken.Ours * side * side * 3 * sizeof(float) / 1e9), Report.Share(views / taken.Ours * side * side * 3 * sizeof(float) / copy),
            ]);
            versions = $"Peers: {opencv.Missing ?? opencv.Version}; {pillow.Missing ?? pillow.Version}.";
        }

        return new Table(
            "Two-view augmentation, views per CPU-second",
            ["view", "ours", "OpenCV", "torchvision on Pillow", "ratio to OpenCV", "ratio to torchvision", "goal, to OpenCV", "ours, GB/s written", "of the copy rate"],
            rows,
            $"BYOL's recipe (asymmetric blur and solarize) from decoded images to normalised float32 planes. {versions} OpenCV by look-up tables on bytes, torchvision with its own transforms.");
    }

    /// <summary>Processor seconds of the peer for as many passes as ours makes; slow ones make fewer and are multiplied.</summary>
    private static Func<double>? Processor(PythonPeer peer, int passes, int counted = 0) => peer.Missing is not null
        ? null
        : () => (double)peer.Ask(new { passes })!["processor"]! * (counted > 0 ? (double)counted / passes : 1);

    private sealed class Ours
    {
        private readonly PlanarImage[] _images;
        private readonly ViewAugmenter _augmenter = new();
        private readonly float[] _view;
        private readonly int _side;
        private long _epoch;

        public Ours(byte[][] pixels, int width, int height, int side)
        {
            _images = [.. pixels.Select(p => Planes(p, width, height))];
            (_side, _view) = (side, new float[3 * side * side]);
        }

        public double Run(int passes) => Clock.Processor(() =>
        {
            for (var pass = 0; pass < passes; pass++, _epoch++)
            {
                for (var i = 0; i < _images.Length; i++)
                {
                    for (var view = 0; view < 2; view++)
                    {
                        var steps = view == 0 ? ViewRecipe.Byol.View1 : ViewRecipe.Byol.View2;
                        var plan = ViewPlan.Draw(steps, _images[i].Width, _images[i].Height, DerivedRandom.ForView(1, _epoch, (ulong)i, view));
                        _augmenter.Augment(_images[i], plan, _side, _view);
                    }
                }
            }
        });

        private static PlanarImage Planes(byte[] pixels, int width, int height)
        {
            var image = new PlanarImage(width, height);
            for (var i = 0; i < pixels.Length; i++)
                image.Data[(i % 3 * width * height) + (i / 3)] = pixels[i] / 255f;
            return image;
        }
    }
}
