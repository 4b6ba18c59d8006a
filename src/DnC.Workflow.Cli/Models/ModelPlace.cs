using System.CommandLine;
using DnC.Workflow.Cli.Commands;
using DnC.Workflow.Cli.Places;

namespace DnC.Workflow.Cli.Models;

/// <summary>Where the runs are that a model may be of: opened only where one is named, so that an exported model needs none.</summary>
internal sealed class ModelPlace
{
    private readonly Option<string> _root = Options.Root();
    private readonly Option<string?> _postgres = Options.Postgres();
    private readonly Option<string?> _artifacts = Options.Artifacts();

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_root);
        command.Add(_postgres);
        command.Add(_artifacts);
    }

    /// <summary>By a command line.</summary>
    public OpenedLater Of(ParseResult parsed, Terminals terminals) => new(() => Options.PlaceOf(parsed, _root, _postgres, terminals, _artifacts));

    /// <summary>A place that is opened at its first use.</summary>
    internal sealed class OpenedLater(Func<Place> open) : IDisposable
    {
        private Place? _place;

        public Place Open() => _place ??= open();

        public void Dispose() => _place?.Dispose();
    }
}
