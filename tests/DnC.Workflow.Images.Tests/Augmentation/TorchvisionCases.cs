using System.Runtime.InteropServices;
using System.Text.Json;
using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Decoding;

namespace DnC.Workflow.Images.Tests.Augmentation;

/// <summary>The cases that <c>Fixtures/make_augmentation_fixtures.py</c> wrote.</summary>
internal static class TorchvisionCases
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Fixtures");
    private static readonly float[] Values = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(Folder, "augmentation.f32"))).ToArray();

    public static IReadOnlyList<TorchvisionCase> All { get; } = JsonSerializer.Deserialize<TorchvisionCase[]>(
        File.ReadAllText(Path.Combine(Folder, "augmentation.json")), JsonSerializerOptions.Web)!;

    public static TheoryData<int> Starting(string name)
    {
        var data = new TheoryData<int>();
        for (var i = 0; i < All.Count; i++)
            if (All[i].Name.StartsWith(name, StringComparison.Ordinal)) data.Add(i);
        Assert.NotEmpty(data);
        return data;
    }

    public static PlanarImage InputOf(TorchvisionCase one) =>
        new(one.Width, one.Height, Values.AsSpan(one.Input, 3 * one.Width * one.Height).ToArray());

    public static float[] ExpectedOf(TorchvisionCase one) => Values.AsSpan(one.Output, 3 * one.OutWidth * one.OutHeight).ToArray();

    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"value {i}: expected {expected[i]:R}, got {actual[i]:R}");
    }
}

internal sealed record TorchvisionCase(
    string Name, int Width, int Height, int Input, int OutWidth, int OutHeight, int Output,
    int Left, int Top, int CropWidth, int CropHeight, int Side, bool Flip, int EveryRow, float Factor, int Kernel, float Sigma)
{
    public CropBox Crop => new(Left, Top, CropWidth, CropHeight);
}
