using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Models;

/// <summary>The formula by which the fixtures' scripts and these tests make the same weights and images, so that none are committed.</summary>
internal static class FormulaValues
{
    /// <summary>v_i in [-0.5, 0.5): ((i + 1)·2654435761 + s·40503) mod 2³² / 2³² − 0.5, s the sum of the name's character codes.</summary>
    public static Tensor Of(string name, params long[] shape) => Of(name, 1, 0, shape);

    /// <summary>The same, scaled and shifted before they become a tensor: a scalar that nobody holds may be freed while it is read.</summary>
    public static Tensor Of(string name, double scale, double shift, long[] shape)
    {
        var s = (ulong)name.Sum(c => c);
        var values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (scale * ((((ulong)(i + 1) * 2654435761 + s * 40503) & 0xffffffff) / 4294967296.0 - 0.5)) + shift;
        return tensor(values, shape);
    }

    /// <summary>Fills a network by the names of its state, as the script's <c>fill</c> does.</summary>
    public static void Fill(nn.Module network)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, value) in network.state_dict())
        {
            if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
                continue;
            var (scale, shift) = value.dim() == 4 ? (Math.Sqrt(24.0 / (value.shape[1] * value.shape[2] * value.shape[3])), 0.0)
                : name.EndsWith("running_var", StringComparison.Ordinal) ? (1, 1)
                : name.EndsWith("weight", StringComparison.Ordinal) ? (0.4, 1)
                : (0.2, 0);
            value.copy_(Of(name, scale, shift, value.shape));
        }
    }

    public static JsonObject Fixture(params string[] path) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine([AppContext.BaseDirectory, "Fixtures", .. path])))!.AsObject();

    public static double[] Numbers(this JsonNode node) => [.. node.AsArray().Select(n => n!.GetValue<double>())];

    /// <summary>Values in row-major order, whatever the layout.</summary>
    public static double[] Values(this Tensor t)
    {
        using var scope = NewDisposeScope();
        return t.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    public static void Near(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])), $"[{i}]: {actual[i]}, expected {expected[i]}");
    }
}
