using System.Security.Cryptography;
using System.Text;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Images.Formats;

/// <summary>The files of 'base.weights', and the digest by which a run knows them.</summary>
public static class GivenWeightsDigest
{
    /// <summary>The file itself; of an exported model's folder the weights, and the projector where there is one.</summary>
    /// <exception cref="UserInputException">There is neither such a file nor such a folder.</exception>
    public static IReadOnlyList<string> Files(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path))
            throw new UserInputException($"base.weights '{path}' does not exist: expected a safetensors file, or a folder that 'dnc export' wrote, at the same path on every machine that runs stages.");
        var weights = Path.Combine(path, StageFiles.Model);
        if (!File.Exists(weights))
            throw new UserInputException($"base.weights '{path}' is a folder without {StageFiles.Model}: expected one that 'dnc export' wrote, or a safetensors file.");
        var projector = Path.Combine(path, StageFiles.Projector);
        return File.Exists(projector) ? [weights, projector] : [weights];
    }

    /// <summary>SHA-256 (hexadecimal): of the one file's bytes, or of lines <c>digest LF</c> of two.</summary>
    /// <exception cref="UserInputException">They are missing or cannot be read.</exception>
    public static string Of(string path)
    {
        var digests = Files(path).Select(DataIndexDigest.OfFile).ToList();
        return digests is [var only] ? only : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(digests.Select(d => d + "\n")))));
    }
}
