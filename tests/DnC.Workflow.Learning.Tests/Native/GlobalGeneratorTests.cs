using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using DnC.Workflow.Learning.Models;

namespace DnC.Workflow.Learning.Tests.Native;

/// <summary>
/// Nothing of Learning calls what draws from Torch's global generator, which is one per process and in no checkpoint. Banned symbols name
/// one overload at a time; this reads every member that the assembly refers to.
/// </summary>
public class GlobalGeneratorTests
{
    private static readonly HashSet<string> Drawing = new(StringComparer.Ordinal)
    {
        // Functions and in-place draws.
        "rand", "rand_like", "randn", "randn_like", "randint", "randint_like", "randperm", "normal", "bernoulli", "multinomial", "poisson",
        "uniform_", "normal_", "random_", "bernoulli_", "exponential_", "geometric_", "cauchy_", "log_normal_", "manual_seed",
        "dropout", "dropout_", "Dropout", "Dropout2d", "alpha_dropout", "feature_dropout", "rrelu", "gumbel_softmax",
        // Layers that draw their first weights when they are made.
        "Linear", "Bilinear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "Embedding",
        "EmbeddingBag", "RNN", "LSTM", "GRU", "MultiheadAttention", "TransformerEncoderLayer", "TransformerDecoderLayer",
    };

    [Fact]
    public void NothingDrawsFromTorchsGlobalGenerator()
    {
        var members = TorchMembers();
        Assert.Contains("torch.nn.functional.conv2d", members);
        Assert.DoesNotContain(members, m => Drawing.Contains(m[(m.LastIndexOf('.') + 1)..]) || m.StartsWith("torch.nn.init.", StringComparison.Ordinal)
            || m.StartsWith("torch.random.", StringComparison.Ordinal));
    }

    private static HashSet<string> TorchMembers()
    {
        using var file = new PEReader(File.OpenRead(typeof(Encoder).Assembly.Location));
        var reader = file.GetMetadataReader();
        return
        [
            .. reader.MemberReferences.Select(reader.GetMemberReference)
                .Where(m => m.Parent.Kind == HandleKind.TypeReference)
                .Select(m => $"{TypeName(reader, (TypeReferenceHandle)m.Parent)}.{reader.GetString(m.Name)}"),
        ];
    }

    private static string TypeName(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference ? $"{TypeName(reader, (TypeReferenceHandle)type.ResolutionScope)}.{name}" : name;
    }
}
