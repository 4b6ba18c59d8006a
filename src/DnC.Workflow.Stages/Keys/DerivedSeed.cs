using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DnC.Workflow.Stages.Keys;

/// <summary>Seeds made from a seed and words, so that nothing random is ever stored: the same words give the same draws after any crash.</summary>
public static class DerivedSeed
{
    /// <summary>A seed for one purpose: the first eight bytes of SHA-256 over the seed and the words.</summary>
    public static ulong Of(ulong seed, params ReadOnlySpan<string> words)
    {
        var text = new StringBuilder().Append(seed);
        foreach (var word in words)
            text.Append('\n').Append(word);
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
