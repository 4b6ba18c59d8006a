using System.Globalization;
using System.Text;
using DnC.Workflow.Learning.Export;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Models;

/// <summary>How other programs load an exported model: the part of its card that is code.</summary>
internal static class ModelCardLoading
{
    /// <summary>The Markdown.</summary>
    /// <param name="net">The network.</param>
    /// <param name="features">Length of its feature vectors.</param>
    /// <param name="hasOnnx">Whether the folder has a graph.</param>
    public static string Text(ModelSpec net, int features, bool hasOnnx)
    {
        var text = new StringBuilder();
        if (net.Backbone != "narrow")
            text.Append(Torchvision(net, features));
        else
            text.Append(CultureInfo.InvariantCulture, $"`{ModelFiles.Weights}` has the names of torchvision's ResNet with `BasicBlock`, {net.Blocks} in each of four stages, the first of {net.Width} channels; torchvision has no class of that shape.\n");
        if (hasOnnx)
        {
            text.Append(CultureInfo.InvariantCulture, $"""

                In ONNX Runtime (`{ModelFiles.Onnx}`: in `images` (batch, 3, {net.Side}, {net.Side}), out `features` (batch, {features}), float32, any batch):

                ```python
                import onnxruntime
                features = onnxruntime.InferenceSession("{ModelFiles.Onnx}").run(["features"], {"{"}"images": images{"}"})[0]
                ```

                """);
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Torchvision(ModelSpec net, int features) => string.Create(CultureInfo.InvariantCulture, $"""
        In PyTorch:

        ```python
        import torch, torchvision
        from safetensors.torch import load_file

        net = torchvision.models.{net.Backbone}(weights=None)
        {(net.Stem == "small" ? "net.conv1, net.maxpool = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False), torch.nn.Identity()\n" : "")}net.fc = torch.nn.Identity()
        net.load_state_dict(load_file("{ModelFiles.Weights}"))
        net.eval()
        with torch.no_grad():
            features = net(images)                           # (N, 3, {net.Side}, {net.Side}) → (N, {features})
        ```

        """);
}
