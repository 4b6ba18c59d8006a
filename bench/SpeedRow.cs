namespace DnC.Workflow.Bench;

/// <summary>Something that is measured, for its part in the table of speeds.</summary>
/// <param name="Name">What runs it alone.</param>
/// <param name="Says">What it measures, for people.</param>
/// <param name="Measure">Measures it.</param>
public sealed record SpeedRow(string Name, string Says, Func<BenchSettings, Table> Measure);
