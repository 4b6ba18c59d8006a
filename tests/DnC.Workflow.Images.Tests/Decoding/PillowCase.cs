using System.Text.Json;

namespace DnC.Workflow.Images.Tests.Decoding;

/// <summary>An image file and what Pillow reads from it: planes R, G, B in 0..255, to within <see cref="Tolerance"/>.</summary>
public sealed record PillowCase(string Name, byte[] File, int Width, int Height, double Tolerance, byte[] Rgb)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static PillowCase[] All { get; } = JsonSerializer.Deserialize<PillowCase[]>(
        System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "decoding.json")), Json)!;

    public static TheoryData<string> Names => [.. All.Select(each => each.Name)];

    public static PillowCase Of(string name) => All.Single(each => each.Name == name);
}
