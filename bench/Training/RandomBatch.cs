using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Bench.Training;

/// <summary>A batch of noise: what a step costs does not depend on what the images show.</summary>
internal static class RandomBatch
{
    /// <summary>Two views of each image, values about as normalised images have them.</summary>
    public static ViewBatch Of(int count, int side)
    {
        var batch = new ViewBatch(count, side);
        var draws = new DerivedRandom(1);
        foreach (var view in (float[][])[batch.View1, batch.View2])
        {
            for (var i = 0; i < view.Length; i++)
                view[i] = (float)draws.Uniform(-2, 2);
        }

        for (var i = 0; i < count; i++)
            batch.Indices[i] = i;
        return batch;
    }
}
