using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DnC.Workflow.Cli.Tests.Architecture;

/// <summary>What the compiled Learning project calls.</summary>
internal static class LearningCode
{
    /// <summary>Every call: where it stands, what is called, and the instruction after it.</summary>
    public static IEnumerable<(string Caller, MethodReference Callee, Instruction Next)> Calls() =>
        from method in Methods("DnC.Workflow.Learning.dll")
        from instruction in method.Body.Instructions
        where instruction.Operand is MethodReference
        select ($"{method.DeclaringType.Name}.{method.Name}", (MethodReference)instruction.Operand, instruction.Next);

    /// <summary>The methods of an assembly beside this one that have a body.</summary>
    public static IEnumerable<MethodDefinition> Methods(string assembly) =>
        ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly)).GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody);
}
