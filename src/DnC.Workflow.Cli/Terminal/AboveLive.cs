using Spectre.Console.Rendering;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>A line above a live picture. The cursor stands on the picture's first line by then, whose remains would stay behind a shorter text.</summary>
/// <param name="line">What is written; ends with a line break.</param>
internal sealed class AboveLive(IRenderable line) : IRenderable
{
    private const string EraseToTheEnd = "\u001b[J";

    /// <inheritdoc/>
    public Measurement Measure(RenderOptions options, int maxWidth) => line.Measure(options, maxWidth);

    /// <inheritdoc/>
    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        options.Ansi ? line.Render(options, maxWidth).Prepend(Segment.Control(EraseToTheEnd)) : line.Render(options, maxWidth);
}
