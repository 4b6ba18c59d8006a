using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.TestHost;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Execution;

if (args is ["stage"])
    return ChildMain.Main(TestBodies.All, TimeProvider.System);

if (args is ["engine" or "worker", var script])
{
    try
    {
        return args[0] == "engine" ? await EngineProgram.Run(EngineScript.Read(script)) : await WorkerProgram.Run(WorkerScript.Read(script));
    }
    catch (UserInputException e)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 2;
    }
}

await Console.Error.WriteLineAsync("usage: engine SCRIPT | worker SCRIPT | stage");
return 2;
