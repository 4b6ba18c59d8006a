namespace DnC.Workflow.Elsa;

/// <summary>How an Elsa server takes part in Divide and Contrast.</summary>
public sealed class DivideAndContrastOptions
{
    /// <summary>The ledger's database, with workers elsewhere. Never logged. If nothing is said: <c>DNC_POSTGRES</c> of the environment.</summary>
    public string? Postgres { get; set; } = Environment.GetEnvironmentVariable("DNC_POSTGRES");

    /// <summary>
    /// The name under which this server's workflows wait. Servers that share Elsa's database share it; servers with databases of their own on
    /// one ledger need one each, or each would take the other's workflows for deleted and cancel their runs. Letters, digits, '-' and '_'.
    /// </summary>
    /// <exception cref="ArgumentException">It is no such name.</exception>
    public string Name
    {
        get;
        set => field = value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? value
            : throw new ArgumentException($"'{value}' is no name of a server; expected letters, digits, '-' and '_'.", nameof(value));
    } = "elsa";

    /// <summary>The folder of specs that workflows may name.</summary>
    public string SpecFolder { get; set; } = Path.Combine(AppContext.BaseDirectory, "specs");

    /// <summary>How often what waits is held against the ledger.</summary>
    public TimeSpan Audit { get; set; } = TimeSpan.FromSeconds(15);
}
