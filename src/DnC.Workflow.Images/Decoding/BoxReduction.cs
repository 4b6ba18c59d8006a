namespace DnC.Workflow.Images.Decoding;

/// <summary>
/// Shrinks rows of planes by a whole factor as they come, each output pixel the mean of its cell of factor × factor (of what there is of
/// it at the right and lower edge): what a JPEG's own scaled decoding does, for the formats and scales that have none.
/// </summary>
internal sealed class BoxReduction
{
    private readonly PlanarImage _image;
    private readonly int _width;
    private readonly int _height;
    private readonly int _factor;

    /// <param name="width">Width before.</param>
    /// <param name="height">Height before.</param>
    /// <param name="factor">≥ 2.</param>
    public BoxReduction(int width, int height, int factor)
    {
        (_width, _height, _factor) = (width, height, factor);
        _image = new PlanarImage(Cells(width, factor), Cells(height, factor));
    }

    /// <summary>The image, finished once every row was added.</summary>
    public PlanarImage Image => _image;

    /// <summary>Adds row <paramref name="y"/> of one plane; rows come in order.</summary>
    public void Add(int channel, int y, ReadOnlySpan<float> row)
    {
        var cellY = y / _factor;
        var sums = _image.Plane(channel).Slice(cellY * _image.Width, _image.Width);
        for (var cellX = 0; cellX < sums.Length; cellX++)
        {
            var sum = 0f;
            foreach (var value in row[(cellX * _factor)..Math.Min(_width, (cellX + 1) * _factor)]) sum += value;
            sums[cellX] += sum;
        }
        if (y + 1 == Math.Min(_height, (cellY + 1) * _factor)) Divide(sums, y + 1 - cellY * _factor);
    }

    private void Divide(Span<float> sums, int rows)
    {
        for (var cellX = 0; cellX < sums.Length; cellX++)
        {
            var columns = Math.Min(_width, (cellX + 1) * _factor) - cellX * _factor;
            sums[cellX] /= (float)rows * columns;
        }
    }

    private static int Cells(int side, int factor) => (int)(((long)side + factor - 1) / factor);
}
