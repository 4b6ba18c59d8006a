using System.Text.Json.Nodes;
using DnC.Workflow.Images.Augmentation;

namespace DnC.Workflow.Learning.Export;

/// <summary>
/// What becomes of an un-augmented image before it goes in (<see cref="CropResize.Plain"/>), in the words of other programs: Hugging Face's
/// image processors and timm's pretrained configuration.
/// </summary>
public static class Preprocessing
{
    // PIL's number of the bicubic filter.
    private const int Bicubic = 3;

    /// <summary>Whether the whole image is squeezed to a square, instead of its short side resized and its centre cut out.</summary>
    public static bool Squeezes(int side) => side <= CropResize.WholeUpTo;

    /// <summary>The content of preprocessor_config.json for a network of this side.</summary>
    public static JsonObject Processor(int side) => new()
    {
        ["image_processor_type"] = "BitImageProcessor",
        ["do_convert_rgb"] = true,
        ["do_resize"] = true,
        ["size"] = Squeezes(side) ? Square(side) : new JsonObject { ["shortest_edge"] = CropResize.ResizedShortSide(side) },
        ["resample"] = Bicubic,
        ["do_center_crop"] = !Squeezes(side),
        ["crop_size"] = Square(side),
        ["do_rescale"] = true,
        ["rescale_factor"] = 1.0 / 255,
        ["do_normalize"] = true,
        ["image_mean"] = Values(Normalization.Mean),
        ["image_std"] = Values(Normalization.Deviation),
    };

    /// <summary>timm's 'pretrained_cfg' for a network of this side.</summary>
    public static JsonObject Pretrained(int side) => new()
    {
        ["input_size"] = new JsonArray(3, side, side),
        ["interpolation"] = "bicubic",
        ["crop_pct"] = Squeezes(side) ? 1.0 : (double)side / CropResize.ResizedShortSide(side),
        ["crop_mode"] = Squeezes(side) ? "squash" : "center",
        ["mean"] = Values(Normalization.Mean),
        ["std"] = Values(Normalization.Deviation),
        ["num_classes"] = 0,
        ["first_conv"] = "conv1",
        ["classifier"] = "fc",
    };

    private static JsonObject Square(int side) => new() { ["height"] = side, ["width"] = side };

    private static JsonArray Values(ReadOnlySpan<float> values)
    {
        var array = new JsonArray();
        // As people write them: 0.485, not what float32 makes of it.
        foreach (var value in values)
            array.Add(Math.Round((double)value, 3));
        return array;
    }
}
