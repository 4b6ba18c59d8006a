namespace DnC.Workflow.Elsa;

/// <summary>How an Elsa server takes part in Divide and Contrast.</summary>
public sealed class DivideAndContrastOptions
{
    /// <summary>The ledger's database, with workers elsewhere. Never logged. If nothing is said: <c>DNC_POSTGRES</c> of the environment.</summary>
    public string? Postgres { get; set; } = Environment.GetEnvironmentVariable("DNC_POSTGRES");

    /// <summary>
    /// The name under which this server's workflows wait. Servers that share Elsa's database share it; servers with databases of their own on
    /// one ledger need one each, or each would take the other's workflows for deleted. Letters, digits, '-' and '_'.
    /// </summary>
    public string Name { get; set; } = "elsa";

    /// <summary>The folder of specs that workflows may name.</summary>
    public string SpecFolder { get; set; } = Path.Combine(AppContext.BaseDirectory, "specs");

    /// <summary>How often what waits is held against the ledger.</summary>
    public TimeSpan Audit { get; set; } = TimeSpan.FromSeconds(15);
}
