using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Postgres;

/// <summary>Who the server runs as: PostgreSQL refuses to run as root, so root hands it to an unprivileged user.</summary>
/// <param name="Name">That user, or null: whoever this process is.</param>
/// <param name="Uid">Its number.</param>
/// <param name="Gid">Its group's number.</param>
internal sealed record ServerAccount(string? Name, int Uid, int Gid)
{
    private static readonly string[] Candidates = ["postgres", "nobody"];

    /// <summary>The account to use here.</summary>
    /// <exception cref="UserInputException">This is root, and there is nobody to hand it to.</exception>
    public static ServerAccount Choose()
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerAccount(null, 0, 0);
        var known = File.ReadLines("/etc/passwd").Select(l => l.Split(':')).Where(f => f.Length > 3).ToLookup(f => f[0], StringComparer.Ordinal);
        var fields = Candidates.SelectMany(c => known[c]).FirstOrDefault()
            ?? throw new UserInputException("PostgreSQL does not run as root, and this machine has neither a user 'postgres' nor 'nobody' to run it as. Make one of them, or run this as an ordinary user.");
        return new ServerAccount(fields[0], int.Parse(fields[2], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Writes a file that only the account can read. As the account: in a folder that is another's, root would follow whatever link that one has laid
    /// in the file's place.
    /// </summary>
    /// <exception cref="UserInputException">It cannot be written.</exception>
    public void Write(string path, string content) => Pour(path, content, "umask 077; cat > \"$1\"");

    /// <summary>Appends to a file, as the account.</summary>
    /// <exception cref="UserInputException">It cannot be written.</exception>
    public void Append(string path, string content) => Pour(path, content, "cat >> \"$1\"");

    /// <summary>Gives a file, or a folder without what is in it, to the account; of a link the link itself.</summary>
    public void Own(string path)
    {
        if (Name is not null)
            Must(["chown", "-h", $"{Uid}:{Gid}", path], "/");
    }

    /// <summary>
    /// Makes sure that the account reaches a folder. The one it lies in (the root of runs, closed to others) lets the account's group pass,
    /// without letting it list; folders above are not this program's to change.
    /// </summary>
    /// <exception cref="UserInputException">A folder above is closed to it.</exception>
    public void Reach(string folder)
    {
        if (Name is null || Can(folder))
            return;
        if (Path.GetDirectoryName(folder) is { } parent)
        {
            Must(["chgrp", Gid.ToString(CultureInfo.InvariantCulture), parent], "/");
            Must(["chmod", "g+x", parent], "/");
        }

        if (!Can(folder))
        {
            throw new UserInputException(
                $"PostgreSQL does not run as root, and the user '{Name}' that runs it instead cannot enter '{folder}': a folder above is closed to others. "
                + "Choose a place that everybody can enter (as /var/lib or /srv), or run this as an ordinary user.");
        }
    }

    /// <summary>Runs a program as the account.</summary>
    /// <returns>Its exit code, and what it wrote.</returns>
    public (int Code, string Output) Run(IReadOnlyList<string> command, string folder) => Start(Name is null ? command : As(command), folder);

    /// <summary>Runs a program as the account; anything but success is an error with its words.</summary>
    /// <exception cref="UserInputException">It failed.</exception>
    public void MustRun(IReadOnlyList<string> command, string folder) => Check(command, Run(command, folder));

    // The path is an argument, and nothing that the shell reads.
    private void Pour(string path, string content, string how)
    {
        string[] command = ["sh", "-c", how, "sh", path];
        Check(command, Start(Name is null ? command : As(command), "/", content));
    }

    private bool Can(string folder) => Run(["test", "-w", folder], "/").Code == 0;

    private string[] As(IReadOnlyList<string> command) =>
        File.Exists("/usr/bin/setpriv")
            ? ["/usr/bin/setpriv", $"--reuid={Uid}", $"--regid={Gid}", "--clear-groups", "--inh-caps=-all", "--", .. command]
            : ["runuser", "-u", Name!, "--", .. command];

    private static void Must(string[] command, string folder) => Check(command, Start(command, folder));

    private static void Check(IReadOnlyList<string> command, (int Code, string Output) ran)
    {
        if (ran.Code != 0)
            throw new UserInputException($"'{command[0]}' failed with exit code {ran.Code}: {ran.Output.Trim()}");
    }

    private static void Feed(StreamWriter stdin, string input)
    {
        try
        {
            using (stdin)
                stdin.Write(input);
        }
        catch (IOException)
        {
            // It ended before it had read all of it: its exit code and its words say why.
        }
    }

    private static (int Code, string Output) Start(IReadOnlyList<string> command, string folder, string input = "")
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // Its messages are shown to people and read in tests.
        start.Environment["LC_ALL"] = "C";
        try
        {
            using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{command[0]}' did not start.");
            var errors = process.StandardError.ReadToEndAsync();
            Feed(process.StandardInput, input);
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception e)
        {
            throw new UserInputException($"'{command[0]}' cannot be run: {e.Message}", e);
        }
    }
}
