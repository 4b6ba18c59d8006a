using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc workers [--json]': who serves which classes, on what device, and what each is at.</summary>
internal static class WorkersCommand
{
    public static Command Build(Terminals terminals)
    {
        var (root, postgres) = (Options.Root(), Options.Postgres());
        var json = new Option<bool>("--json") { Description = "A JSON array." };
        var command = new Command("workers", "List the workers of a PostgreSQL: host, classes, device, current stages, version, last heartbeat.") { root, postgres, json };
        command.SetAction(parsed =>
        {
            using var place = Options.PlaceOf(parsed, root, postgres, terminals);
            var workers = place.Workers()
                ?? throw new UserInputException("dnc workers needs the database that workers share: --postgres CONN or DNC_POSTGRES. On a root of its own, a command that runs stages is its only worker.");
            if (parsed.GetValue(json))
                Console.Out.WriteLine(JsonSerializer.Serialize(workers.Select(Plain), SpecJson.Indented));
            else if (workers.Count == 0)
                terminals.Out.WriteLine("No worker. 'dnc worker --queues gpu:1,cpu:2' starts one.");
            else
                WorkersTable.Write(terminals.Out, workers, terminals.Time);
            return ExitCodes.Success;
        });
        return command;
    }

    private static object Plain(WorkerView worker) => new
    {
        worker.Note.Id,
        worker.Note.Host,
        worker.Note.Pid,
        state = WorkersTable.State(worker),
        worker.Note.Ailment,
        worker.Note.Version,
        worker.Note.Device,
        classes = worker.Note.Slots,
        worker.Note.Kinds,
        worker.Started,
        worker.Seen,
        worker.Running,
    };
}
