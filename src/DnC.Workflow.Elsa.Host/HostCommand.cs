using System.CommandLine;
using System.Data.Common;
using System.Net.Sockets;
using System.Reflection;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Elsa.Host;

/// <summary>The command line of 'dnc-elsa'.</summary>
internal static class HostCommand
{
    private const int UserError = 2;

    /// <summary>The exit code of a server that could not go on.</summary>
    public const int Failed = 1;

    /// <summary>The program's version.</summary>
    public static string Version { get; } = typeof(HostCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private const string DefaultUrl = "http://127.0.0.1:5100";

    /// <summary>Runs the server until SIGTERM or SIGINT.</summary>
    /// <returns>0: stopped as told. 1: it failed while it ran. 2: a mistake in what was asked for.</returns>
    public static async Task<int> InvokeAsync(string[] args)
    {
        var root = new Option<string>("--root") { Description = "The folder of what is this server's own.", HelpName = "DIR", DefaultValueFactory = _ => ".dnc-elsa" };
        var postgres = new Option<string?>("--postgres") { Description = "The database of runs and workflows, with workers elsewhere ('dnc worker'); DNC_POSTGRES does instead. Without: SQLite, and an engine in this process.", HelpName = "CONN" };
        var url = new Option<string>("--url") { Description = "Where to listen.", HelpName = "URL", DefaultValueFactory = _ => DefaultUrl };
        var password = new Option<string?>("--password-file") { Description = $"A file with the password of '{AdminUser.Name}'; {AdminPassword.Variable} does instead. On this machine alone one is drawn if none is given.", HelpName = "FILE" };
        var studio = new Option<string?>("--studio") { Description = "The folder of Elsa Studio, where it is not found by itself.", HelpName = "DIR" };
        var demo = new Option<bool>("--demo") { Description = "Render the demo's images, and run the workflow on them at the start." };
        var command = new RootCommand("An Elsa server with Studio that runs Divide and Contrast: runs are started, watched and done again from there.") { root, postgres, url, password, studio, demo };
        command.SetAction((parsed, stop) =>
        {
            var settings = new HostSettings
            {
                Root = Path.GetFullPath(parsed.GetValue(root)!),
                Postgres = (parsed.GetValue(postgres) ?? Environment.GetEnvironmentVariable("DNC_POSTGRES")) is { Length: > 0 } connection ? connection : null,
                Url = HostSettings.ReadUrl(parsed.GetValue(url)!),
                Studio = parsed.GetValue(studio),
                Demo = parsed.GetValue(demo),
            };
            if (settings.Postgres is null && Environment.GetEnvironmentVariable("DNC_ELSA_NEEDS_POSTGRES") == "1")
                throw new UserInputException("This image runs no stages: give it the database of the workers in DNC_POSTGRES.");
            return ElsaServer.RunAsync(settings, AdminPassword.Find(parsed.GetValue(password), settings.IsLoopback), stop);
        });
        try
        {
            var parsed = command.Parse(args);
            var code = await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,

                // Signals are the server's own: it lets stages write their checkpoints, which takes longer than the two seconds of this one.
                ProcessTerminationTimeout = null,
            }).ConfigureAwait(false);
            return parsed.Errors.Count > 0 ? UserError : code;
        }
        catch (Exception e) when (e is UserInputException or LibTorchException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}").ConfigureAwait(false);
            return UserError;
        }
        catch (SocketException e)
        {
            await Console.Error.WriteLineAsync($"error: The address of --url cannot be listened on: {e.Message}. Take one of this machine's own (127.0.0.1, 0.0.0.0), and a port above 1023.").ConfigureAwait(false);
            return UserError;
        }
        catch (Exception e) when (e is DbException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}").ConfigureAwait(false);
            return e is RootLostException ? Failed : UserError;
        }
    }
}
