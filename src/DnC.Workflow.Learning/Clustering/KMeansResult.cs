namespace DnC.Workflow.Learning.Clustering;

/// <summary>The end of one run from one seeding.</summary>
/// <param name="Centroids">K unit vectors, or means by Euclid.</param>
/// <param name="Inertias">Σ‖x̂ − c‖² (Σ‖x − c‖² by Euclid) before each update and at the end: never increasing.</param>
/// <param name="Restart">Which run it was, from 0.</param>
public sealed record KMeansRun(Centroids Centroids, IReadOnlyList<double> Inertias, int Restart)
{
    /// <summary>Σ‖x̂ − c‖² over all rows for these centroids.</summary>
    public double Inertia => Inertias[^1];
}

/// <summary>The best run, with every row's place in it.</summary>
/// <param name="Run">Centroids and inertia.</param>
/// <param name="Assignment">By row: the index of the nearest centroid.</param>
public sealed record KMeansResult(KMeansRun Run, int[] Assignment)
{
    /// <summary>K unit vectors, or means by Euclid.</summary>
    public Centroids Centroids => Run.Centroids;

    /// <summary>Σ‖x̂ − c‖² over all rows.</summary>
    public double Inertia => Run.Inertia;
}
