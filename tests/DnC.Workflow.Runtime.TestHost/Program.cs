using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.TestHost;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Execution;

if (args is ["stage"])
    return ChildMain.Main(TestBodies.All, TimeProvider.System);

if (args is ["engine" or "worker" or "pacer", var script])
{
    try
    {
        return args[0] switch
        {
            "engine" => await EngineProgram.Run(EngineScript.Read(script)),
            "worker" => await WorkerProgram.Run(WorkerScript.Read(script)),
            _ => await PacerProgram.Run(PacerScript.Read(script)),
        };
    }
    catch (UserInputException e)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 2;
    }
}

await Console.Error.WriteLineAsync("usage: engine SCRIPT | worker SCRIPT | pacer SCRIPT | stage");
return 2;
