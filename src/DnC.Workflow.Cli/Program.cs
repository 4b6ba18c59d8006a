using System.CommandLine;
using System.CommandLine.Invocation;
using System.Data.Common;
using DnC.Workflow.Cli;
using DnC.Workflow.Cli.Commands;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Stages.Execution;
using Spectre.Console;

// The child of an engine: no command line of its own, no terminal.
if (args is ["stage"])
    return ChildMain.Main(Composition.Executors, TimeProvider.System);

ProcessTitle.HideConnection(args);
var terminals = Terminals.Own();
if (args.Length == 0)
{
    terminals.Error.WriteLine("Name a command: 'dnc demo' runs the method on images of its own, 'dnc init --data FOLDER' begins with yours, 'dnc --help' lists all.");
    return ExitCodes.UserError;
}

var root = CommandTree.Build(terminals);
try
{
    var parsed = root.Parse(args);
    UnknownOption.Refuse(parsed);
    IncompleteLine.Refuse(parsed);
    if (parsed.Action is ParseErrorAction mistake)
        mistake.ShowHelp = false;
    var code = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    if (parsed.Action is not ParseErrorAction)
        return code;
    terminals.Error.WriteLine($"'{string.Join(' ', parsed.CommandResult.Command == root ? ["dnc"] : (string[])["dnc", parsed.CommandResult.Command.Name])} --help' says what there is.");
    return ExitCodes.UserError;
}
catch (Exception e) when (e is UserInputException or StageFailure or LibTorchException)
{
    terminals.Error.MarkupLineInterpolated($"[red]error:[/] {e.Message}");
    return ExitCodes.UserError;
}
catch (DbException e)
{
    terminals.Error.MarkupLineInterpolated($"[red]error:[/] The ledger cannot be read or written: {e.Message} Where the disk is full, make room and type the command again. Where the ledger is damaged, move the root's ledger.db away; runs then start anew.");
    return ExitCodes.UserError;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    terminals.Error.MarkupLineInterpolated($"[red]error:[/] {e.Message} Where a disk is full, make room; where this user lacks a right, give it; then type the command again.");
    return ExitCodes.UserError;
}
#pragma warning disable CA1031 // the last line of defence: a defect is told as one
catch (Exception e)
{
    terminals.Error.WriteLine($"This is a defect of dnc, please report it: {e}");
    return ExitCodes.Defect;
}
#pragma warning restore CA1031
