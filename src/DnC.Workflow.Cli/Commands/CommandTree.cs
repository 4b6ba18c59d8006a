using System.CommandLine;

namespace DnC.Workflow.Cli.Commands;

/// <summary>Every command of 'dnc'.</summary>
internal static class CommandTree
{
    public static RootCommand Build(Terminals terminals)
    {
        var root = new RootCommand("Divide and Contrast as a durable stage graph: base training, clusters, an expert for each, one distilled model.")
        {
            DemoCommand.Build(terminals),
            InitCommand.Build(terminals),
            RunCommand.Build(terminals),
            StatusCommand.Build(terminals),
            ReportCommand.Build(terminals),
            RunsCommand.Build(terminals),
            EventsCommand.Build(terminals),
            LogCommand.Build(terminals),
            ClustersCommand.Build(terminals),
            ExportCommand.Build(terminals),
            EmbedCommand.Build(terminals),
            SearchCommand.Build(terminals),
            RouteCommand.Build(terminals),
            RerunCommand.Build(terminals),
            ResumeCommand.Build(terminals),
            PauseCommand.Build(terminals),
            CancelCommand.Build(terminals),
            WorkerCommand.Build(terminals),
            WorkersCommand.Build(terminals),
            PlanCommand.Build(terminals),
            GcCommand.Build(terminals),
            DoctorCommand.Build(terminals),
            SchemaCommand.Build(),
        };
        OptionalArguments.Show(root);
        EmptyPaths.Refuse(root);
        return root;
    }
}
