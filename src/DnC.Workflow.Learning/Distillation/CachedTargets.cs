using DnC.Workflow.Learning.Clustering;

namespace DnC.Workflow.Learning.Distillation;

/// <summary>One teacher's stored targets: row r of the matrix is the unit projection of image <c>images[r]</c>.</summary>
public sealed class CachedTargets
{
    private readonly FeatureMatrix _matrix;
    private readonly int[] _images;

    /// <param name="matrix">Unit rows; stays the caller's to close. An expert's needs its own cluster's images alone.</param>
    /// <param name="images">By row: the image's index in the data set, rising.</param>
    /// <exception cref="InvalidDataException">Another number of images than rows, images out of order, or a row that holds NaN or infinity.</exception>
    public CachedTargets(FeatureMatrix matrix, IReadOnlyList<int> images)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(images);
        (_matrix, _images) = (matrix, [.. images]);
        if (_images.Length != matrix.Rows)
            throw new InvalidDataException($"{matrix.Path}: has {matrix.Rows} rows for {_images.Length} images");
        for (var row = 1; row < _images.Length; row++)
        {
            if (_images[row] <= _images[row - 1])
                throw new InvalidDataException($"{matrix.Path}: image {_images[row]} follows {_images[row - 1]}; expected rising indices");
        }
        matrix.RequireFinite();
    }

    /// <summary>Length of a target.</summary>
    public int Dimension => _matrix.Columns;

    /// <summary>Copies an image's target.</summary>
    /// <exception cref="InvalidDataException">None is stored for this image.</exception>
    public void Copy(int image, Span<float> into)
    {
        var row = Array.BinarySearch(_images, image);
        if (row < 0)
            throw new InvalidDataException($"{_matrix.Path}: holds no target of image {image}; the teacher was run over other images");
        _matrix.Row(row).CopyTo(into);
    }
}
