using System.Buffers;
using System.Globalization;
using System.Text;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Stages.Spec;

/// <summary>A spec file's bytes → its text. Nothing is replaced: a byte that is no UTF-8 is an error with its place.</summary>
public static class SpecText
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads UTF-8, with or without a byte order mark.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="UserInputException">It is no UTF-8.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string file)
    {
        var start = bytes.StartsWith(Mark) ? Mark.Length : 0;
        for (var at = start; at < bytes.Length;)
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) != OperationStatus.Done)
                throw Wrong(bytes, at, file);
            at += length;
        }

        return Encoding.UTF8.GetString(bytes[start..]);
    }

    private static UserInputException Wrong(ReadOnlySpan<byte> bytes, int at, string file)
    {
        var line = bytes[..at].Count((byte)'\n') + 1;
        var kind = bytes.StartsWith<byte>([0xFF, 0xFE]) || bytes.StartsWith<byte>([0xFE, 0xFF]) ? " The file begins as UTF-16 does." : "";
        return new UserInputException(string.Create(
            CultureInfo.InvariantCulture,
            $"{file}: not UTF-8 at byte {at} (line {line}), which is 0x{bytes[at]:X2}.{kind} Save the file as UTF-8."));
    }
}
