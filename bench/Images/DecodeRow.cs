using System.Buffers.Binary;
using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Bench.Peers;

namespace DnC.Workflow.Bench.Images;

/// <summary>From bytes to a normalised 224-pixel crop, one thread, by processor time.</summary>
internal static class DecodeRow
{
    private const int Width = 500;
    private const int Height = 375;

    /// <summary>FFCV's published figures for a 224-pixel crop per vCPU: of JPEGs, and of raw pixels [ffcv.io].</summary>
    private static readonly Dictionary<string, double> Ffcv = new(StringComparer.Ordinal) { [Crops.JpegRandom] = 326, [Crops.RawRandom] = 1800 };

    public static Table Measure(BenchSettings settings)
    {
        var files = Enumerable.Range(0, settings.Pick(8, 32)).Select(i => Photographs.Jpeg(Photographs.Draw(i, Width, Height), Width, Height)).ToArray();
        var raw = Enumerable.Range(0, files.Length).Select(i => Photographs.Draw(i, Crops.Packed, Crops.Packed)).ToArray();
        var (jpegs, pixels) = (Path.GetTempFileName(), Path.GetTempFileName());
        File.WriteAllBytes(jpegs, [.. files.SelectMany(WithLength)]);
        File.WriteAllBytes(pixels, [.. raw.SelectMany(r => r)]);
        var given = new { jpegs, pixels, packed = Crops.Packed, side = Crops.Side };
        using var pillow = PythonPeer.Start(settings, "decode_pillow.py", 1, given);
        using var opencv = PythonPeer.Start(settings, "decode_opencv.py", 1, given);
        var ours = new Crops(files, raw);
        var (rows, copy) = (new List<string[]>(), Machine.CopyRate());
        foreach (var what in Crops.All)
        {
            var taken = Interleaved.Measure(settings.Repeats, () => Clock.Processor(() => ours.Run(what)), pillow.Timed(1, new { what }), opencv.Timed(1, new { what }));
            var speed = files.Length / taken.Ours;
            var bytes = what == Crops.RawRandom ? 3.0 * Crops.Packed * Crops.Packed : files.Average(f => f.Length);
            rows.Add(
            [
                what, Report.Number(speed), Report.Rate(files.Length, taken.Theirs[0]), Report.Rate(files.Length, taken.Theirs[1]), Report.Ratio(taken.Ratio), "≥ 1.5",
                Ffcv.TryGetValue(what, out var published) ? Report.Number(published) : "–", Report.Number(speed * bytes / 1e6), Report.Share(speed * bytes / copy),
            ]);
        }

        File.Delete(jpegs);
        File.Delete(pixels);
        return new Table(
            "From bytes to a 224-pixel crop, images per CPU-second",
            ["from, to", "ours", "Pillow", "OpenCV", "ratio to the faster", "goal", "FFCV published", "ours, MB/s read", "of the copy rate"],
            rows,
            $"JPEGs of {Width} × {Height} and {files.Average(f => f.Length) / 1000:0} kB, quality 90, colours at half resolution; each side ends at normalised float32 planes. Peers: {pillow.Missing ?? pillow.Version}; {opencv.Missing ?? opencv.Version}. Of a JPEG ours takes {ours.DecodeShare():0 %} for decoding.");
    }

    private static byte[] WithLength(byte[] file)
    {
        var all = new byte[file.Length + sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(all, file.Length);
        file.CopyTo(all, sizeof(int));
        return all;
    }
}
