using System.Buffers.Binary;
using System.Numerics;
using DnC.Workflow.Stages.Execution;
using Google.Protobuf;

namespace DnC.Workflow.Runtime.Execute.Tracking;

/// <summary>Records of a TensorBoard event file: TensorFlow's TFRecord framing around its Event message (tensorflow/core/util/event.proto).</summary>
internal static class TensorBoardEvent
{
    // Fields of Event.
    private const int WallTime = 1;
    private const int Step = 2;
    private const int FileVersion = 3;
    private const int Summary = 5;
    private const int SessionLog = 7;

    // Fields of Summary and of its Value.
    private const int Value = 1;
    private const int Tag = 1;
    private const int SimpleValue = 2;

    // SessionLog.status, and its START.
    private const int Status = 1;
    private const int Started = 1;

    /// <summary>The first record of a file. From version 2 on a start drops what it follows.</summary>
    public static byte[] Version(double wallTime) => Message(e =>
    {
        Head(e, wallTime, 0);
        e.WriteTag(FileVersion, WireFormat.WireType.LengthDelimited);
        e.WriteString("brain.Event:2");
    });

    /// <summary>What was written before of this step and later ones does not count.</summary>
    public static byte[] Start(double wallTime, long step) => Message(e =>
    {
        Head(e, wallTime, step);
        Nested(e, SessionLog, log =>
        {
            log.WriteTag(Status, WireFormat.WireType.Varint);
            log.WriteEnum(Started);
        });
    });

    /// <summary>The scalars of one step, in single precision as the format has them.</summary>
    public static byte[] Scalars(double wallTime, StageMetrics point) => Message(e =>
    {
        Head(e, wallTime, point.Step);
        Nested(e, Summary, summary =>
        {
            foreach (var (name, number) in point.Values.OrderBy(v => v.Key, StringComparer.Ordinal))
            {
                Nested(summary, Value, value =>
                {
                    value.WriteTag(Tag, WireFormat.WireType.LengthDelimited);
                    value.WriteString(name);
                    value.WriteTag(SimpleValue, WireFormat.WireType.Fixed32);
                    value.WriteFloat((float)number);
                });
            }
        });
    });

    /// <summary>Writes a record: length (uint64), its masked CRC32C, the bytes, their masked CRC32C; little-endian.</summary>
    public static void Frame(Stream file, ReadOnlySpan<byte> data)
    {
        Span<byte> head = stackalloc byte[12];
        Span<byte> tail = stackalloc byte[4];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], MaskedCrc(head[..8]));
        BinaryPrimitives.WriteUInt32LittleEndian(tail, MaskedCrc(data));
        file.Write(head);
        file.Write(data);
        file.Write(tail);
    }

    /// <summary>CRC-32C, rotated and shifted as TFRecord has it.</summary>
    public static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
            crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    private static void Head(CodedOutputStream e, double wallTime, long step)
    {
        e.WriteTag(WallTime, WireFormat.WireType.Fixed64);
        e.WriteDouble(wallTime);
        e.WriteTag(Step, WireFormat.WireType.Varint);
        e.WriteInt64(step);
    }

    private static void Nested(CodedOutputStream outer, int field, Action<CodedOutputStream> write)
    {
        outer.WriteTag(field, WireFormat.WireType.LengthDelimited);
        outer.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var message = new CodedOutputStream(bytes, leaveOpen: true))
            write(message);
        return bytes.ToArray();
    }
}
