using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Bench.Images;

/// <summary>The product's way from bytes to a crop, one image after the other.</summary>
/// <param name="files">JPEGs.</param>
/// <param name="raw">Square images of <see cref="Packed"/> pixels, interleaved.</param>
internal sealed class Crops(byte[][] files, byte[][] raw)
{
    public const int Side = 224;
    public const int Packed = 256;
    public const string JpegRandom = "JPEG, random resized crop";
    public const string JpegCentre = "JPEG, centre crop of 256";
    public const string RawRandom = "packed raw 256, random resized crop";

    // Crop and flip without the colours: what is left of a view beside decoding.
    private static readonly ViewSteps Plan = ViewRecipe.CropAndFlip.View1;
    private readonly byte[][] _planar = [.. raw.Select(Planar)];
    private readonly ImageDecoder _decoder = new();
    private readonly ViewAugmenter _augmenter = new();
    private readonly float[] _view = new float[3 * Side * Side];
    private long _epoch;

    public static IReadOnlyList<string> All { get; } = [JpegRandom, JpegCentre, RawRandom];

    public void Run(string what)
    {
        for (var i = 0; i < files.Length; i++)
        {
            switch (what)
            {
                case JpegCentre:
                    _augmenter.Plain(_decoder.Decode("jpeg", ImageBytes.Compressed(files[i]), CropResize.ResizedShortSide(Side)), Side, _view);
                    break;
                case JpegRandom:
                    View(i, Decoded(i));
                    break;
                default:
                    View(i, _decoder.Decode("raw", ImageBytes.PlanarRgb(_planar[i], Packed, Packed), 0));
                    break;
            }
        }

        _epoch++;
    }

    /// <summary>Of the way from a JPEG to a random crop, the share that decoding takes.</summary>
    public double DecodeShare()
    {
        var decoding = Clock.Processor(() =>
        {
            for (var pass = 0; pass < 3; pass++)
            {
                for (var i = 0; i < files.Length; i++)
                    Decoded(i);
            }
        });
        var whole = Clock.Processor(() =>
        {
            for (var pass = 0; pass < 3; pass++)
                Run(JpegRandom);
        });
        return Math.Min(1, decoding / whole);
    }

    // As a training decodes: small enough crops are not enlarged.
    private PlanarImage Decoded(int i) => _decoder.Decode("jpeg", ImageBytes.Compressed(files[i]), (int)Math.Ceiling(Side / Math.Sqrt(Plan.AreaLow)));

    private void View(int i, PlanarImage image) =>
        _augmenter.Augment(image, ViewPlan.Draw(Plan, image.Width, image.Height, DerivedRandom.ForView(1, _epoch, (ulong)i, 0)), Side, _view);

    private static byte[] Planar(byte[] pixels)
    {
        var planes = new byte[pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
            planes[(i % 3 * (pixels.Length / 3)) + (i / 3)] = pixels[i];
        return planes;
    }
}
