using System.CommandLine;

namespace DnC.Workflow.Bench;

/// <summary>The command line for people.</summary>
internal static class BenchCommand
{
    private const string All = "all";
    private const string List = "list";

    /// <summary>Makes it.</summary>
    public static RootCommand Build()
    {
        var rows = new Argument<string[]>("row") { Arity = ArgumentArity.OneOrMore, Description = $"'{All}', '{List}', or rows by name." };
        var quick = new Option<bool>("--quick") { Description = "Small sizes and few repeats: every row in minutes." };
        var file = new Option<string?>("--out") { Description = "A file for the tables, which are printed in any case; pictures lie beside it." };
        var device = new Option<string>("--device") { Description = "Device of the training steps: cpu or cuda:N.", DefaultValueFactory = _ => "cpu" };
        var python = new Option<string>("--python") { Description = "The interpreter that has the peers' libraries.", DefaultValueFactory = _ => "/usr/bin/python3" };
        var root = new RootCommand("Measures DnC.Workflow beside what would be used instead of it.") { rows, quick, file, device, python };
        root.SetAction(parsed => Run(
            parsed.GetValue(rows)!,
            new BenchSettings(parsed.GetValue(quick), parsed.GetValue(device)!, parsed.GetValue(python)!, parsed.GetValue(file) is { } named ? Path.GetDirectoryName(Path.GetFullPath(named)) : null),
            parsed.GetValue(file)));
        return root;
    }

    private static int Run(string[] names, BenchSettings settings, string? file)
    {
        if (names is [List])
        {
            foreach (var row in SpeedRows.All)
                Console.WriteLine($"{row.Name,-11} {row.Says}");
            return 0;
        }

        if (names.FirstOrDefault(n => n != All && SpeedRows.All.All(r => r.Name != n)) is { } unknown)
        {
            Console.Error.WriteLine($"There is no row '{unknown}'; there are {string.Join(", ", SpeedRows.All.Select(r => r.Name))}, and '{All}' for each of them.");
            return 2;
        }

        var report = new Report(file, Measuring.Machine.Describe());
        foreach (var row in SpeedRows.All.Where(r => names.Contains(All) || names.Contains(r.Name)))
        {
            Console.Error.WriteLine($"{row.Name} …");
            report.Add(row.Measure(settings));
        }

        return 0;
    }
}
