using System.Buffers.Binary;

namespace DnC.Workflow.Images.Decoding;

/// <summary>
/// The markers of a JPEG file (ITU T.81, annex B). A baseline JPEG that is cut off lacks rows, which the codec reports; a progressive one
/// lacks scans, of which the codec makes a whole but blurred image without a word. So for those the end marker has to be there.
/// </summary>
internal static class JpegStructure
{
    private const byte Prefix = 0xFF, StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, FirstRestart = 0xD0, Temporary = 0x01;

    /// <summary>Whether a file is a progressive JPEG whose markers do not go on to the end of its image.</summary>
    public static bool IsProgressiveCutOff(ReadOnlySpan<byte> file)
    {
        var progressive = false;
        var rest = file;
        while (NextMarker(ref rest, out var marker))
        {
            if (marker == EndOfImage) return false;
            if (marker is Temporary or (>= FirstRestart and <= StartOfImage)) continue;
            // C0 to CF are frames but for C4, C8 and CC; of them C2, C6, CA and CE are progressive.
            if (marker is 0xC2 or 0xC6 or 0xCA or 0xCE) progressive = true;
            // Everything before the first scan is known by then: a sequential file needs no walk through its data.
            if (marker == StartOfScan && !progressive) return false;
            if (rest.Length < 2) break;
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (length > rest.Length) break;
            rest = rest[length..];
        }
        return progressive;
    }

    /// <summary>Goes past the next marker, over entropy-coded data (where FF 00 stands for a value of FF) and fill bytes.</summary>
    private static bool NextMarker(ref ReadOnlySpan<byte> rest, out byte marker)
    {
        for (marker = 0; rest.IndexOf(Prefix) is >= 0 and var at && at + 1 < rest.Length;)
        {
            marker = rest[at + 1];
            rest = rest[(marker == Prefix ? at + 1 : at + 2)..];
            if (marker is not 0 and not Prefix) return true;
        }
        return false;
    }
}
