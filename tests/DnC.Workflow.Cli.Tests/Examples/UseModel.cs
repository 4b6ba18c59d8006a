using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SkiaSharp;

namespace DnC.Workflow.Cli.Tests.Examples;

/// <summary>How an exported model is used without this project; docs/use-a-model.md shows the region.</summary>
internal static class UseModel
{
    public static float[] Features(string folder, string file)
    {
        #region docs/use-a-model.md
        using var session = new InferenceSession(Path.Combine(folder, "model.onnx"));
        var side = session.InputMetadata["images"].Dimensions[3];
        using var photo = SKImage.FromEncodedData(file);
        var square = Math.Min(photo.Width, photo.Height) * 7 / 8;   // beyond 64 pixels the centre is cut out: crop_pct in config.json
        var cut = side <= 64 ? SKRect.Create(photo.Width, photo.Height) : SKRect.Create((photo.Width - square) / 2, (photo.Height - square) / 2, square, square);
        using var small = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888));
        using (var canvas = new SKCanvas(small))
            canvas.DrawImage(photo, cut, SKRect.Create(side, side), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        var (pixels, images) = (small.Bytes, new DenseTensor<float>([1, 3, side, side]));
        float[] mean = [0.485f, 0.456f, 0.406f], deviation = [0.229f, 0.224f, 0.225f];
        for (var (i, area) = (0, side * side); i < 3 * area; i++)
            images.SetValue(i, ((pixels[(4 * (i % area)) + (i / area)] / 255f) - mean[i / area]) / deviation[i / area]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("images", images)]);
        float[] features = [.. results[0].AsEnumerable<float>()];
        #endregion
        return features;
    }
}
