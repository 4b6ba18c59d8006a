using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Elsa.Host;

/// <summary>What a person said on the command line, checked.</summary>
internal sealed record HostSettings
{
    /// <summary>The folder of what is this server's own: with SQLite everything.</summary>
    public required string Root { get; init; }

    /// <summary>The database of ledger and workflows; null: SQLite in the root, and an engine in this process.</summary>
    public string? Postgres { get; init; }

    /// <summary>Where to listen.</summary>
    public required Uri Url { get; init; }

    /// <summary>The folder of Elsa Studio, or null where it is to be looked for.</summary>
    public string? Studio { get; init; }

    /// <summary>Whether to run the method on the demo's images at the start.</summary>
    public bool Demo { get; init; }

    /// <summary>The folder of definitions that are loaded, read only.</summary>
    public string Definitions { get; init; } = Path.Combine(AppContext.BaseDirectory, "definitions");

    /// <summary>The folder of specs that workflows may name.</summary>
    public string Specs { get; init; } = Path.Combine(AppContext.BaseDirectory, "specs");

    /// <summary>Whether only this machine can reach the server.</summary>
    public bool IsLoopback => Url.IsLoopback;

    /// <summary>The address as a person types it.</summary>
    /// <exception cref="UserInputException">It is none.</exception>
    public static Uri ReadUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "https" }
            ? throw new UserInputException($"'{text}' asks for TLS, for which this server has no certificate: listen on http:// and put TLS in front of it.")
            : url is { Scheme: "http", AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }
            ? url
            : throw new UserInputException($"'{text}' is no address to listen on; expected http://HOST:PORT, as http://127.0.0.1:5100 (this machine alone) or http://0.0.0.0:5100.");
}
