using DnC.Workflow.Cli.Tables;
using DnC.Workflow.Learning.Evaluation;

namespace DnC.Workflow.Cli.Models;

/// <summary>What 'search' found; what '--json' prints.</summary>
/// <param name="Index">The table that was searched.</param>
/// <param name="Layer">The layer that was compared.</param>
/// <param name="Queries">The images that were asked for, as far as they are images.</param>
/// <param name="Skipped">Files that are none.</param>
internal sealed record SearchResult(string Index, string Layer, IReadOnlyList<SearchQuery> Queries, IReadOnlyList<SkippedImage> Skipped);

/// <summary>The neighbours of one image.</summary>
/// <param name="Image">The image.</param>
/// <param name="Neighbours">The nearest images of the table, the nearest first.</param>
internal sealed record SearchQuery(string Image, IReadOnlyList<Neighbour> Neighbours);
