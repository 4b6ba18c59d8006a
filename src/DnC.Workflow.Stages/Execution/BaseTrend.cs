namespace DnC.Workflow.Stages.Execution;

/// <summary>
/// What tripling the base's length changed: the base beside one of the same recipe trained for a third of its length, both to the end of their
/// schedules. What that stage writes into its metrics ('trend'). [ours]
/// </summary>
/// <param name="Images">Training images whose neighbours were compared.</param>
/// <param name="Neighbours">k, of each image.</param>
/// <param name="Agreement">Share of an image's k nearest neighbours (cosine, pooled features) that both models name, 0 to 1.</param>
/// <param name="ThirdRank">Effective rank of the shorter model's features over 512 images at most; null where they are no finite numbers.</param>
/// <param name="BaseRank">The same of the base.</param>
/// <param name="ThirdSpread">1 − ‖mean of the unit features‖² of the shorter model: 0 collapsed, 1 spread evenly.</param>
/// <param name="BaseSpread">The same of the base.</param>
/// <param name="Third">The shorter model on the labelled images; null without labels.</param>
/// <param name="Base">The base on them.</param>
public sealed record BaseTrend(
    int Images, int Neighbours, double Agreement, double? ThirdRank, double? BaseRank, double ThirdSpread, double BaseSpread, EvaluationRow? Third, EvaluationRow? Base);
