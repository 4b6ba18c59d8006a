using System.Globalization;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>All runs as 'runs' shows them.</summary>
internal static class RunsTable
{
    /// <summary>Writes a line a run; in which settings runs of one name differ stands below the name on a terminal, and in a column of its own where a line has to be a line.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="runs">The runs, newest first.</param>
    /// <param name="changed">In which settings those of one name differ, by id.</param>
    /// <param name="unserved">Whether no engine is there that could be running any.</param>
    public static void Write(IAnsiConsole console, IReadOnlyList<RunSummary> runs, IReadOnlyDictionary<string, string> changed, bool unserved)
    {
        const string BegunHead = "begun (UTC)", TookHead = "took";
        var table = PlainTable.New().Left("run", whole: true).Left("name").Left("state", whole: true).Left(BegunHead, whole: true).Right(TookHead);
        var below = console.Profile.Out.IsTerminal;
        // Room for the settings: of runs of the newest one's year the year is not said.
        var year = runs.Select(r => r.Created.UtcDateTime.Year).DefaultIfEmpty(0).Max();
        string Begun(DateTime at) => at.ToString(!below ? "yyyy-MM-dd HH:mm:ss'Z'" : at.Year == year ? "MM-dd HH:mm" : "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var differ = !below && changed.Values.Any(c => c.Length > 0);
        if (differ)
            table.Left("differs in");
        int Widest(string head, Func<RunSummary, string> cell) => runs.Select(r => cell(r).Length).Append(head.Length).Max();
        var room = console.Profile.Width - Gaps - Widest("run", r => r.Id) - Widest("state", r => State(r, unserved)) - Widest(BegunHead, r => Begun(r.Created.UtcDateTime)) - Widest(TookHead, Lasted);
        foreach (var run in runs)
        {
            var settings = changed.GetValueOrDefault(run.Id) ?? "";
            Text[] cells =
            [
                new Text(run.Id),
                new Text(below && settings.Length > 0 ? $"{run.Name}\n{string.Join('\n', settings.Split(' ').Select(s => ShortSetting.Of(s, Math.Max(LeastRoom, room))))}" : run.Name),
                new Text(State(run, unserved), IsStopped(run, unserved) ? new Style(Color.Yellow) : Colour(run.State)),
                new Text(Begun(run.Created.UtcDateTime)),
                new Text(Lasted(run)),
                .. differ ? (Text[])[new Text(settings)] : [],
            ];
            table.AddRow(cells);
        }

        console.Write(table);
        if (runs.Any(r => IsStopped(r, unserved)))
            console.WriteLine($"'{Unfinished}': no engine is running it. 'dnc resume RUN' goes on with it.");
    }

    /// <summary>The colour that stands for a run's state everywhere.</summary>
    public static Style Colour(RunState state) => new(state switch
    {
        RunState.Succeeded => Color.Green,
        RunState.Failed => Color.Red,
        RunState.Running => Color.Blue,
        _ => Color.Yellow,
    });

    /// <summary>Whether the ledger calls a run running that no engine is there to run.</summary>
    public static bool IsStopped(RunSummary run, bool unserved) => unserved && run.State == RunState.Running;

    private static string State(RunSummary run, bool unserved) => IsStopped(run, unserved) ? Unfinished : run.State.Word();

    private static string Lasted(RunSummary run) => run.Ended is { } ended ? Durations.Short(ended - run.Created) : "";

    private const string Unfinished = "unfinished";

    /// <summary>What a table of five columns has between and around them.</summary>
    private const int Gaps = 16;

    /// <summary>With less a setting says nothing: it is broken rather than cut. [ours]</summary>
    private const int LeastRoom = 16;
}
