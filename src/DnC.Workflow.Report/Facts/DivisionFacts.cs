namespace DnC.Workflow.Report.Facts;

/// <summary>The clusters of one round.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Asked">The number that was asked for.</param>
/// <param name="Clusters">Those that exist, by number.</param>
public sealed record DivisionFacts(int Round, int Asked, IReadOnlyList<ClusterFacts> Clusters);

/// <summary>A cluster.</summary>
/// <param name="Number">From 0; the largest first.</param>
/// <param name="Size">Its images.</param>
/// <param name="Sampled">Of them, those that were looked at for <paramref name="Classes"/>; 0 without labels.</param>
/// <param name="Classes">The commonest classes among those, the commonest first.</param>
/// <param name="Pictures">Example images, from the centre outwards: indices into the record's pictures.</param>
public sealed record ClusterFacts(int Number, long Size, int Sampled, IReadOnlyList<ClassShare> Classes, IReadOnlyList<int> Pictures);

/// <summary>A class within a cluster.</summary>
/// <param name="Class">Its name.</param>
/// <param name="Share">Of the sampled images, 0 to 1.</param>
public sealed record ClassShare(string Class, double Share);

/// <summary>Embedded images on a plane: neighbours stay neighbours, distances between far ones mean little.</summary>
/// <param name="Of">Embedded images that these were drawn from, evenly.</param>
/// <param name="Pictures">By point: an index into the record's pictures.</param>
/// <param name="Clusters">By point: its cluster in the first round, or −1.</param>
/// <param name="Classes">By point: an index into <paramref name="ClassNames"/>, or −1; null without labels.</param>
/// <param name="ClassNames">The classes that occur, the commonest first.</param>
/// <param name="Layouts">Where the points are, under one or two models.</param>
public sealed record MapFacts(
    long Of, IReadOnlyList<int> Pictures, IReadOnlyList<int> Clusters, IReadOnlyList<int>? Classes, IReadOnlyList<string> ClassNames, IReadOnlyList<LayoutFacts> Layouts);

/// <summary>Points on the plane.</summary>
/// <param name="Model">'base' or 'dnc'.</param>
/// <param name="Features">What they were made of, for people.</param>
/// <param name="X">By point, 0 to 1; null where the model has no finite features of it.</param>
/// <param name="Y">By point, 0 to 1.</param>
public sealed record LayoutFacts(string Model, string Features, IReadOnlyList<double?> X, IReadOnlyList<double?> Y);

/// <summary>Nearest images by cosine, among a sample.</summary>
/// <param name="Sample">Images among which they were looked for.</param>
/// <param name="K">Neighbours that <paramref name="Agreement"/> and <paramref name="SameClass"/> are of.</param>
/// <param name="Features">What was compared, for people.</param>
/// <param name="Agreement">Share of an image's neighbours that both models name, 0 to 1; null with one model.</param>
/// <param name="SameClass">By model: share of an image's neighbours that are of its class; empty without labels.</param>
/// <param name="Queries">The images that are shown.</param>
public sealed record NeighbourFacts(int Sample, int K, string Features, double? Agreement, IReadOnlyDictionary<string, double> SameClass, IReadOnlyList<QueryFacts> Queries);

/// <summary>An image and its neighbours.</summary>
/// <param name="Picture">The image: an index into the record's pictures.</param>
/// <param name="Found">By model, 'base' before 'dnc'.</param>
public sealed record QueryFacts(int Picture, IReadOnlyList<FoundFacts> Found);

/// <summary>Neighbours under a model.</summary>
/// <param name="Model">'base' or 'dnc'.</param>
/// <param name="Neighbours">The nearest first.</param>
public sealed record FoundFacts(string Model, IReadOnlyList<NeighbourPicture> Neighbours);

/// <summary>A neighbour.</summary>
/// <param name="Picture">An index into the record's pictures.</param>
/// <param name="Cosine">Its similarity.</param>
public sealed record NeighbourPicture(int Picture, double Cosine);
