using System.Globalization;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>All that happened to a run as 'events' shows it on a terminal; times are UTC.</summary>
internal static class EventList
{
    /// <summary>Writes a line an event, of a large fan-out one for all that became the same together.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="events">What happened to stages, in order.</param>
    /// <param name="wishes">What was wanted of the run, in order.</param>
    /// <param name="attempts">What attempts had done by their end.</param>
    public static void Write(IAnsiConsole console, IReadOnlyList<LedgerEvent> events, IReadOnlyList<RunEvent> wishes, IReadOnlyList<AttemptView> attempts)
    {
        var table = PlainTable.New().Left("UTC", whole: true).Left("stage").Left("became", whole: true).Left("");
        var ended = attempts.ToDictionary(a => (a.Stage, a.Generation, a.Number));
        DateOnly? day = null;
        var wish = 0;
        for (var next = 0; next < events.Count;)
        {
            for (; wish < wishes.Count && wishes[wish].After < events[next].Sequence; wish++)
                Wanted(wishes[wish]);
            var last = wish < wishes.Count ? wishes[wish].After : long.MaxValue;
            var alike = events.Skip(next).TakeWhile(e => e.Sequence <= last && IsLike(e, events[next])).ToList();
            foreach (var fold in FanFold.Of(alike, e => e.Stage, e => EventWords.Of(e, ended.GetValueOrDefault((e.Stage, e.Generation, e.Attempt)))))
            {
                var first = fold.Members[0];
                Row(first.At, fold.Name, new Text(first.To.Word(), StageTable.Colour(first.To)), fold.Likeness);
            }

            next += alike.Count;
        }

        foreach (var left in wishes.Skip(wish))
            Wanted(left);
        console.Write(table);

        void Wanted(RunEvent wanted) => Row(wanted.At, "the run", new Text(EventWords.Of(wanted.Event), new Style(Color.Yellow)), $"{(wanted.Detail is { } what ? what + ", " : "")}by {wanted.Who}");

        void Row(DateTimeOffset at, string what, Text became, string more)
        {
            if (day != (day = DateOnly.FromDateTime(at.UtcDateTime)))
                table.AddRow(new Text(day.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), new Style(Color.Grey)));
            table.AddRow(new Text(at.ToString("HH:mm:ss", CultureInfo.InvariantCulture), new Style(Color.Grey)), new Text(what), became, new Text(more));
        }
    }

    private static bool IsLike(LedgerEvent one, LedgerEvent other) =>
        (one.Event, one.To, one.Worker, one.Generation, one.Attempt) == (other.Event, other.To, other.Worker, other.Generation, other.Attempt);
}
