using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using DnC.Workflow.Cli.Commands;

namespace DnC.Workflow.Cli.Tests.Docs;

/// <summary>What the pages say of commands, held against the commands.</summary>
public partial class DocumentedCommandsTests
{
    private static readonly RootCommand Root = CommandTree.Build(Terminals.Own());

    // Said once, above the table of commands.
    private static readonly string[] Common = ["--root", "--postgres", "--artifacts"];

    // Decisions are of their day.
    public static TheoryData<string> Pages => [.. DocPages.All.Select(p => p.Name).Where(n => !n.StartsWith("docs/adr/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryCommandOfAPageIsOneAndHasTheOptionsThatItIsShownWith(string page)
    {
        foreach (var line in DocPages.Read(page).Commands)
        {
            var name = line.Split(' ')[0];
            var command = Root.Subcommands.FirstOrDefault(c => c.Name == name);
            Assert.True(command is not null, $"{page}: there is no 'dnc {name}'");
            foreach (var option in OptionName().Matches(line).Select(m => m.Value))
                Assert.True(command.Options.Any(o => o.Name == option || o.Aliases.Contains(option)), $"{page}: 'dnc {name}' has no {option}: {line}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryCommandToBeTypedIsAccepted(string page)
    {
        foreach (var line in DocPages.Read(page).Typed)
        {
            var parsed = Root.Parse(CommandLineParser.SplitCommandLine(line).ToArray());
            Assert.True(parsed.Errors.Count == 0, $"{page}: dnc {line}: {string.Join(' ', parsed.Errors.Select(e => e.Message))}");
        }
    }

    [Fact]
    public void TheTableOfCommandsHasEveryCommandWithAllItsOptions()
    {
        var lines = DocPages.Read("docs/commands.md").Commands.ToLookup(l => l.Split(' ')[0], StringComparer.Ordinal);
        var silences = new List<string>();
        foreach (var command in Root.Subcommands.Where(c => !c.Hidden))
        {
            var said = lines[command.Name].SelectMany(l => OptionName().Matches(l).Select(m => m.Value)).ToHashSet(StringComparer.Ordinal);
            Assert.True(lines.Contains(command.Name), $"docs/commands.md lacks 'dnc {command.Name}'");
            var silent = command.Options.Where(o => o is not (HelpOption or VersionOption) && !o.Hidden && !said.Contains(o.Name) && !Common.Contains(o.Name)).Select(o => o.Name);
            silences.AddRange(silent.Select(option => $"dnc {command.Name} {option}"));
        }

        Assert.Equal("", string.Join(", ", silences));
    }

    [GeneratedRegex("(?<![\\w-])--[a-z][a-z-]*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OptionName();
}
