using Mono.Cecil;

namespace DnC.Workflow.Cli.Tests.Architecture;

/// <summary>
/// A TorchSharp Scalar frees its native memory when it is collected, and TorchSharp hands over the bare pointer: a scalar that nothing
/// holds may be freed while native code reads it. So Learning keeps each in a variable, and calls nothing of TorchSharp that makes its own.
/// </summary>
public sealed class HeldScalarTests
{
    private static readonly HashSet<string> Making = MakingScalars();

    [Fact]
    public void Every_scalar_is_held_by_a_variable_while_native_code_reads_it() => None(
        LearningCode.Calls().Where(c => MakesScalar(c.Callee) && !c.Next.OpCode.Name.StartsWith("st", StringComparison.Ordinal))
            .Select(c => $"{c.Caller}: {c.Callee.Name} before {c.Next}"));

    [Fact]
    public void Nothing_of_TorchSharp_is_called_that_makes_a_scalar_of_its_own() => None(
        LearningCode.Calls().Where(c => !MakesScalar(c.Callee) && Making.Contains(c.Callee.GetElementMethod().FullName)).Select(c => $"{c.Caller}: {c.Callee}").Distinct());

    [Fact]
    public void No_layer_of_TorchSharp_is_used_that_makes_one_in_its_forward_pass() => None(
        Layers().Where(l => l.Methods.Any(m => m.Name == "forward" && Making.Contains(m.FullName))).Select(l => l.FullName).Distinct());

    [Fact]
    public void The_scan_knows_what_to_look_for()
    {
        Assert.Contains("TorchSharp.torch/Tensor TorchSharp.torch/Tensor::add_(TorchSharp.torch/Tensor)", Making);
        Assert.DoesNotContain("TorchSharp.torch/Tensor TorchSharp.torch/Tensor::add_(TorchSharp.torch/Tensor,TorchSharp.Scalar)", Making);
        Assert.Contains("TorchSharp.torch/Tensor TorchSharp.Modules.BatchNorm::forward(TorchSharp.torch/Tensor)", Making);
        Assert.NotEmpty(Layers());
    }

    private static void None(IEnumerable<string> found) => Assert.Equal("", string.Join('\n', found));

    private static bool MakesScalar(MethodReference method) =>
        method.ReturnType.FullName == "TorchSharp.Scalar" && method.Name is "op_Implicit" or "ToScalar";

    /// <summary>TorchSharp's methods in which a scalar is made, in themselves or in what they call.</summary>
    private static HashSet<string> MakingScalars()
    {
        var callees = LearningCode.Methods("TorchSharp.dll").ToLookup(m => m.FullName, m => m.Body.Instructions.Select(i => i.Operand).OfType<MethodReference>().ToArray());
        var making = callees.Where(m => m.SelectMany(c => c).Any(MakesScalar)).Select(m => m.Key).ToHashSet(StringComparer.Ordinal);
        for (var before = -1; before != making.Count;)
        {
            before = making.Count;
            making.UnionWith(callees.Where(m => m.SelectMany(c => c).Any(c => making.Contains(c.GetElementMethod().FullName))).Select(m => m.Key));
        }

        return making;
    }

    /// <summary>TorchSharp's layers that Learning names, and what they derive from.</summary>
    private static IEnumerable<TypeDefinition> Layers()
    {
        using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, "DnC.Workflow.Learning.dll"));
        foreach (var named in module.GetTypeReferences().Where(t => t.Namespace == "TorchSharp.Modules"))
        {
            for (var type = named.Resolve(); type?.Module.Name == "TorchSharp.dll"; type = type.BaseType?.Resolve())
                yield return type;
        }
    }
}
