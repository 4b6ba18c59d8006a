using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;

namespace DnC.Workflow.Learning.Weights;

/// <summary>One tensor of a safetensors header: type, shape and place in the bytes that follow.</summary>
internal sealed record SafetensorsEntry(
    [property: JsonPropertyName("dtype")] string DType,
    [property: JsonPropertyName("shape")] long[] Shape,
    [property: JsonPropertyName("data_offsets")] long[] Offsets)
{
    /// <summary>The numbers that the format and this project share.</summary>
    public static readonly (string Name, torch.ScalarType Type, int Size)[] Types =
    [
        ("F32", torch.ScalarType.Float32, 4),
        ("F64", torch.ScalarType.Float64, 8),
        ("F16", torch.ScalarType.Float16, 2),
        ("BF16", torch.ScalarType.BFloat16, 2),
        ("I64", torch.ScalarType.Int64, 8),
        ("I32", torch.ScalarType.Int32, 4),
        ("U8", torch.ScalarType.Byte, 1),
        ("BOOL", torch.ScalarType.Bool, 1),
    ];

    /// <summary>Checks type, shape and place against the number of bytes there are.</summary>
    /// <exception cref="WeightsFileException">They do not fit.</exception>
    public (torch.ScalarType Type, int Size) Check(string name, long bytes, string file)
    {
        var known = Types.FirstOrDefault(t => t.Name == DType);
        if (known.Name is null)
            throw new WeightsFileException(file, $"'{name}' has the type '{DType}'; known are {string.Join(", ", Types.Select(t => t.Name))}");
        if (Shape is null || Shape.Length > 8 || Shape.Any(d => d is < 0 or > int.MaxValue))
            throw new WeightsFileException(file, $"'{name}' has an impossible shape");
        if (Offsets is not [>= 0, var end] || end < Offsets[0] || end > bytes)
            throw new WeightsFileException(file, $"'{name}' lies outside the file");
        // Int128: a product of dimensions may pass 64 bits in a hostile header.
        var size = Shape.Aggregate((Int128)known.Size, (a, d) => a * d);
        if (size != end - Offsets[0])
            throw new WeightsFileException(file, $"'{name}' has {end - Offsets[0]} bytes, but its shape [{string.Join(", ", Shape)}] needs {size}");
        return (known.Type, known.Size);
    }
}

/// <summary>A weights or checkpoint file is not what it should be.</summary>
/// <param name="file">The file.</param>
/// <param name="reason">What was found.</param>
public sealed class WeightsFileException(string file, string reason, Exception? inner = null)
    : Exception($"{file}: {reason}. It is damaged or of another kind.", inner);
