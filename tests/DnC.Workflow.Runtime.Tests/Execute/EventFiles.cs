using System.Buffers.Binary;
using Google.Protobuf;

namespace DnC.Workflow.Runtime.Tests.Execute;

/// <summary>Reads a folder of event files as TensorBoard does: in the order of their names, each to its first torn record; a start drops its step and later ones.</summary>
internal static class EventFiles
{
    public static List<(long Step, string Tag, float Value)> Read(string folder)
    {
        var points = new List<(long Step, string Tag, float Value)>();
        foreach (var file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            Assert.Contains("tfevents", Path.GetFileName(file), StringComparison.Ordinal);
            var (events, purges) = (0, false);
            foreach (var record in Records(File.ReadAllBytes(file)))
            {
                var (step, version, start, values) = Event(record);
                if (events++ == 0)
                    purges = version == "brain.Event:2";
                if (start && purges)
                    points.RemoveAll(p => p.Step >= step);
                points.AddRange(values.Select(v => (step, v.Tag, v.Value)));
            }
        }

        return points;
    }

    private static IEnumerable<byte[]> Records(byte[] bytes)
    {
        var at = 0;
        while (at + 12 <= bytes.Length)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            if (at + 16 + length > bytes.Length)
                yield break;
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            Assert.Equal(Masked(bytes.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            yield return bytes[(at + 12)..(at + 12 + length)];
            at += 16 + length;
        }
    }

    // Bit by bit from the reflected polynomial, apart from the instruction that the writer uses.
    public static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }

    public static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = Crc(data);
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static (long Step, string Version, bool Start, List<(string Tag, float Value)> Values) Event(byte[] record)
    {
        var (step, version, start, values) = (0L, "", false, new List<(string, float)>());
        var input = new CodedInputStream(record);
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 2: step = input.ReadInt64(); break;
                case 3: version = input.ReadString(); break;
                case 5: Summary(input.ReadBytes(), values); break;
                case 7: start = input.ReadBytes().Span.SequenceEqual(new byte[] { 8, 1 }); break;
                default: input.SkipLastField(); break;
            }
        }

        return (step, version, start, values);
    }

    private static void Summary(ByteString bytes, List<(string, float)> values)
    {
        var input = bytes.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            Assert.Equal(1, WireFormat.GetTagFieldNumber(tag));
            var value = input.ReadBytes().CreateCodedInput();
            Assert.Equal(WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited), value.ReadTag());
            var name = value.ReadString();
            Assert.Equal(WireFormat.MakeTag(2, WireFormat.WireType.Fixed32), value.ReadTag());
            values.Add((name, value.ReadFloat()));
            Assert.True(value.IsAtEnd);
        }
    }
}
