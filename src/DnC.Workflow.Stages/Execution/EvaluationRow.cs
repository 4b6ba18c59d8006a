namespace DnC.Workflow.Stages.Execution;

/// <summary>A row of the evaluation table: what the evaluation phase writes into its metrics ('rows') and status and report read.</summary>
/// <param name="Model">'chance', 'raw pixels', 'base', 'dnc', a rival's name ('equal-length', 'base-only' …), 'expert[3]'; with rounds also 'dnc@1', 'expert@2[3]'.</param>
/// <param name="Subset">The part of the test set it was measured on ('cluster 3', 'round 2, cluster 3'), or null for all of it.</param>
/// <param name="Images">Test images.</param>
/// <param name="Knn">Top-1 of the weighted k-NN in percent, or null.</param>
/// <param name="KnnStderr">Its standard error in percentage points.</param>
/// <param name="Linear">Top-1 of the linear probe in percent, or null.</param>
/// <param name="LinearStderr">Its standard error in percentage points.</param>
/// <param name="Transfer">Top-1 of logistic regression by L-BFGS in percent, or null.</param>
/// <param name="TransferStderr">Its standard error in percentage points.</param>
public sealed record EvaluationRow(
    string Model, string? Subset, int Images, double? Knn, double? KnnStderr, double? Linear, double? LinearStderr, double? Transfer = null, double? TransferStderr = null);

/// <summary>A network fine-tuned on few labels: what that stage writes into its metrics ('fewLabels').</summary>
/// <param name="Model">The network that was fine-tuned: 'base', 'dnc', 'equal-length'.</param>
/// <param name="Share">Share of each class's labels that it was to see.</param>
/// <param name="Labels">Images that it was fine-tuned on.</param>
/// <param name="Layer">Where its classifier stands: 'pooled' or 'hidden'.</param>
/// <param name="Images">Test images.</param>
/// <param name="Top1">Top-1 in percent.</param>
/// <param name="Stderr">Its standard error in percentage points.</param>
/// <param name="Rate">The base learning rate that was chosen.</param>
public sealed record FewLabelsRow(string Model, double Share, int Labels, string Layer, int Images, double Top1, double Stderr, double Rate);

/// <summary>The metrics of an evaluation stage that measures models.</summary>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Skipped">Why there are none ('no labels'), or null.</param>
/// <param name="Flops">FLOPs of the networks' forward passes.</param>
public sealed record EvaluationMetrics(IReadOnlyList<EvaluationRow> Rows, string? Skipped = null, double Flops = 0);

/// <summary>The metrics of the evaluation of clusters against labels, over the training images that have one.</summary>
/// <param name="Images">Images with a label.</param>
/// <param name="Clusters">Clusters that exist.</param>
/// <param name="ClassPurity">Share of images in the majority class of their cluster.</param>
/// <param name="ClassNmi">Normalised mutual information with the classes, 0 to 1.</param>
/// <param name="DomainPurity">The same with domains, where there are any.</param>
/// <param name="DomainNmi">The same with domains, where there are any.</param>
/// <param name="Skipped">Why there are no figures ('no labels'), or null.</param>
public sealed record ClusterMetrics(int Images, int Clusters, double? ClassPurity, double? ClassNmi, double? DomainPurity, double? DomainNmi, string? Skipped = null);
