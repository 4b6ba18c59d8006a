using DnC.Workflow.Elsa.Host;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Runtime.Execute.Child;

// The child of the engine of a first look.
if (args is ["stage"])
    return ChildMain.Main(PhaseCatalog.All, TimeProvider.System);
return await HostCommand.InvokeAsync(args).ConfigureAwait(false);
