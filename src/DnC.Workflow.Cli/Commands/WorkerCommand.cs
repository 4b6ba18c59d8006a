using System.CommandLine;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc worker': runs stages of whatever runs are on a PostgreSQL, until it is told to stop.</summary>
internal static class WorkerCommand
{
    public static Command Build(Terminals terminals)
    {
        var (root, postgres, artifacts) = (Options.Root(), Options.Postgres(), Options.Artifacts());
        var queues = new Option<string>("--queues")
        {
            Description = "Resource classes that it serves, with how many stages of each run at once.",
            HelpName = "gpu:1,cpu:2",
            Required = true,
        };
        var device = new Option<string>("--device")
        {
            Description = "Where stages of other classes than 'cpu' run: auto (a GPU if there is one), cpu or cuda:N.",
            HelpName = "DEVICE",
            DefaultValueFactory = _ => "auto",
        };
        var work = new Option<string?>("--work") { Description = "A folder of its own for what it is at work on; one in the root if left out.", HelpName = "DIR" };
        var keep = new Option<string>("--keep")
        {
            Description = "Forget runs so long after their end, with the artifacts that no other run needs: 90d, 12h, or 'forever' (0 is the same). Of several workers the shortest time holds.",
            HelpName = "TIME",
            DefaultValueFactory = _ => $"{Retention.DefaultDays}d",
        };
        var tensorBoard = new Option<string?>("--tensorboard") { Description = "Write the curves of its stages as TensorBoard's files below this folder; none if left out.", HelpName = "DIR" };
        var mlflow = new Option<string?>("--mlflow") { Description = "Send the curves of its stages to this MLflow server; DNC_MLFLOW does instead, and is the way for an address with a password.", HelpName = "URI" };
        var command = new Command("worker", "Serve resource classes of a PostgreSQL that workers share, until SIGTERM.") { root, postgres, artifacts, queues, device, work, keep, tensorBoard, mlflow };
        command.SetAction(parsed =>
        {
            var slots = QueueList.Parse(parsed.GetValue(queues)!);
            var devices = Composition.DevicePlan(parsed.GetValue(device)!);
            var server = Composition.Mlflow(parsed.GetValue(mlflow));
            var kept = KeepTime.Parse(parsed.GetValue(keep)!);
            using var place = Options.PlaceOf(parsed, root, postgres, terminals, artifacts) as Shared
                ?? throw new UserInputException("dnc worker needs the database that workers share: --postgres CONN or DNC_POSTGRES; 'managed' for a private server on this machine.");
            var folder = parsed.GetValue(work) is { } named ? Path.GetFullPath(named) : WorkFolders.Free(Path.Combine(place.Path, "workers"));
            using var session = new WorkerSession(terminals);
            return session.Run(place, slots, folder, devices, kept, CurvesFolder(parsed.GetValue(tensorBoard)), server);
        });
        return command;
    }

    private static string? CurvesFolder(string? named) => named switch
    {
        null => null,
        var path when File.Exists(path) => throw new UserInputException($"--tensorboard {path}: that is a file, and a folder is expected; name another path."),
        var path => Path.GetFullPath(path),
    };
}
