using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats;

/// <summary>Digests of images as SHA-256 in lower-case hexadecimal.</summary>
public static class DataIndexDigest
{
    /// <summary>Of lines <c>id TAB stamp LF</c>: as cheap as the index.</summary>
    public static string Of(IImageSource images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < images.Count; i++) Line(hash, images.Id(i), images.Stamp(i));
        return Hex(hash);
    }

    /// <summary>Of lines <c>id TAB length LF</c>, each with the image's bytes behind it.</summary>
    internal static string OfBytes(IImageSource images, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < images.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            var data = images.Read(i).Data.Span;
            Line(hash, images.Id(i), data.Length.ToString(CultureInfo.InvariantCulture));
            hash.AppendData(data);
        }
        return Hex(hash);
    }

    /// <summary>Of a file's bytes.</summary>
    internal static string OfFile(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"The file '{file}' cannot be read: {e.Message} Give this user the right to read it, or take it out of the data folder.", e);
        }
    }

    private static void Line(IncrementalHash hash, string id, string value) => hash.AppendData(Encoding.UTF8.GetBytes($"{id}\t{value}\n"));

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
