using System.Globalization;
using DnC.Workflow.Cli.Commands;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>The workers of a database as 'workers' shows them.</summary>
internal static class WorkersTable
{
    /// <summary>Writes a line a worker, below them what each runs, and what is wrong with those that are unfit.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="workers">The workers.</param>
    /// <param name="time">For how long ago each was last seen.</param>
    public static void Write(IAnsiConsole console, IReadOnlyList<WorkerView> workers, TimeProvider time)
    {
        string[] versions = [.. workers.Select(w => w.Note.Version).Distinct(StringComparer.Ordinal)];
        var table = PlainTable.New().Left("worker", whole: versions.Length == 1).Left("state", whole: true).Left("serves").Left("device");
        if (versions.Length > 1)
            table.Left("version", whole: true);
        table.Right("seen");
        foreach (var worker in workers)
        {
            Text[] cells =
            [
                new Text(Name(worker)),
                new Text(State(worker), new Style(worker is { IsLive: true, Note.Ailment: null } ? Color.Green : Color.Red)),
                new Text(QueueList.Text(worker.Note.Slots)),
                new Text(worker.Note.Device),
                .. versions.Length > 1 ? (Text[])[new Text(worker.Note.Version)] : [],
                new Text(Ago(time.GetUtcNow() - worker.Seen)),
            ];
            table.AddRow(cells);
        }

        console.Write(table);
        foreach (var worker in workers.Where(w => w.Running.Count > 0))
            console.WriteLine($"{Name(worker)} runs {string.Join(", ", worker.Running.Select(r => $"{r.Run}/{r.Stage}"))}.");
        if (versions.Length == 1)
            console.WriteLine($"{(workers.Count == 1 ? "It is" : "All are")} of version {versions[0]}.");
        foreach (var ailment in workers.Where(w => w.IsLive).Select(w => w.Note.Ailment).OfType<string>().Distinct(StringComparer.Ordinal))
            console.Write(new Text(ailment + "\n", new Style(Color.Yellow)));
    }

    /// <summary>'live', 'vanished', 'stopping' or 'unfit'.</summary>
    public static string State(WorkerView worker) => worker switch
    {
        { IsLive: false } => "vanished",
        { Note.Draining: true } => "stopping",
        { Note.Ailment: not null } => "unfit",
        _ => "live",
    };

    private static string Name(WorkerView worker) => string.Create(CultureInfo.InvariantCulture, $"{worker.Note.Host}:{worker.Note.Pid}");

    // A heartbeat may lie in the future of this machine's clock.
    private static string Ago(TimeSpan since) => since switch
    {
        { TotalSeconds: < 1 } => "now",
        { TotalSeconds: < 90 } => string.Create(CultureInfo.InvariantCulture, $"{since.TotalSeconds:0} s ago"),
        { TotalMinutes: < 90 } => string.Create(CultureInfo.InvariantCulture, $"{since.TotalMinutes:0} min ago"),
        { TotalHours: < 36 } => string.Create(CultureInfo.InvariantCulture, $"{since.TotalHours:0} h ago"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{since.TotalDays:0} d ago"),
    };
}
