namespace DnC.Workflow.Elsa;

/// <summary>How an Elsa server takes part in Divide and Contrast.</summary>
public sealed class DivideAndContrastOptions
{
    /// <summary>The ledger's database, with workers elsewhere. Never logged. If nothing is said: <c>DNC_POSTGRES</c> of the environment.</summary>
    public string? Postgres { get; set; } = Environment.GetEnvironmentVariable("DNC_POSTGRES");

    /// <summary>The folder of specs that workflows may name.</summary>
    public string SpecFolder { get; set; } = Path.Combine(AppContext.BaseDirectory, "specs");

    /// <summary>How often what waits is held against the ledger.</summary>
    public TimeSpan Audit { get; set; } = TimeSpan.FromSeconds(15);
}
