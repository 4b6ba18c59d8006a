using System.Globalization;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Postgres;

/// <summary>Where this machine has PostgreSQL's programs.</summary>
/// <param name="Folder">The folder with 'initdb', 'pg_ctl' and 'postgres'.</param>
/// <param name="Major">Their version, or 0 where the folder's name does not say.</param>
internal sealed record PostgresBinaries(string Folder, int Major)
{
    /// <summary>The environment variable that names the folder instead of a search.</summary>
    public const string Variable = "DNC_POSTGRES_BIN";

    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres"];

    /// <summary>The program's path.</summary>
    public string Path(string program) => System.IO.Path.Combine(Folder, program);

    /// <summary>What is there, best first: what the variable names alone, or else the newest packaged version, then PATH.</summary>
    public static IReadOnlyList<PostgresBinaries> FindAll()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return IsComplete(named) ? [new PostgresBinaries(named, 0)] : [];
        const string packaged = "/usr/lib/postgresql";
        var versions = Directory.Exists(packaged)
            ? Directory.GetDirectories(packaged)
                .Select(d => (Bin: System.IO.Path.Combine(d, "bin"), Ok: int.TryParse(System.IO.Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var major), Major: major))
                .Where(v => v.Ok && IsComplete(v.Bin)).OrderByDescending(v => v.Major).Select(v => new PostgresBinaries(v.Bin, v.Major))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return [.. versions, .. path.Where(IsComplete).Select(p => new PostgresBinaries(p, 0))];
    }

    /// <summary>Those for a cluster that is there already, or the newest for one to be made.</summary>
    /// <param name="data">The cluster's folder.</param>
    /// <exception cref="UserInputException">None is installed, or none of the cluster's version.</exception>
    public static PostgresBinaries For(string data)
    {
        var all = FindAll();
        if (all.Count == 0)
            throw new UserInputException(Missing);
        var file = System.IO.Path.Combine(data, "PG_VERSION");
        if (!File.Exists(file))
            return all[0];
        var version = File.ReadAllText(file).Trim();
        var major = int.Parse(version.Split('.')[0], CultureInfo.InvariantCulture);
        return all.FirstOrDefault(b => b.Major == major) ?? all.FirstOrDefault(b => b.Major == 0)
            ?? throw new UserInputException(
                $"The private PostgreSQL in '{data}' was made by version {version}; this machine has {string.Join(", ", all.Select(b => b.Major))}. "
                + $"Install postgresql-{major}, or name its folder of programs in {Variable}.");
    }

    /// <summary>What to say where there is none.</summary>
    public static string Missing =>
        $"PostgreSQL's programs ({string.Join(", ", Needed)}) were not found in /usr/lib/postgresql/*/bin, PATH or {Variable}. "
        + "Install them ('apt install postgresql'), or give the connection string of a server with --postgres.";

    private static bool IsComplete(string folder) => Array.TrueForAll(Needed, program => File.Exists(System.IO.Path.Combine(folder, program)));
}
