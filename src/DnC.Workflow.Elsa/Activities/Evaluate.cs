using Elsa.Workflows.Attributes;

namespace DnC.Workflow.Elsa.Activities;

/// <summary>Evaluates what there is, with the comparisons that the spec asks for, and ends with the run.</summary>
[Activity(
    "DnC", "Divide and Contrast", "Evaluates the models, with the comparisons that the spec asks for, and answers the table. The run has ended then.",
    DisplayName = "Evaluate")]
public sealed class Evaluate : WholeRunActivity;
