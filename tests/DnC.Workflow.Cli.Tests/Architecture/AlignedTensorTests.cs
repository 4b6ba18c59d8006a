namespace DnC.Workflow.Cli.Tests.Architecture;

/// <summary>
/// A product's last bits depend on where its operands begin, and TorchSharp's <c>tensor(array)</c> lends libtorch an array where .NET has
/// put it. So Learning copies values into libtorch's own memory (HostTensor), but for images, which convolutions lay out anew.
/// </summary>
public sealed class AlignedTensorTests
{
    private static readonly string[] Lending = ["tensor", "as_tensor", "from_array", "frombuffer"];

    [Fact]
    public void Only_batches_of_images_are_lent_to_libtorch_where_they_lie() => Assert.Equal(
        ["StageDevice.Images"],
        LearningCode.Calls().Where(c => c.Callee.DeclaringType.FullName == "TorchSharp.torch" && Lending.Contains(c.Callee.Name)).Select(c => c.Caller).Distinct());
}
