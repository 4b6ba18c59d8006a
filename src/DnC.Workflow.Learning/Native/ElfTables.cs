using System.Buffers.Binary;
using System.Text;

namespace DnC.Workflow.Learning.Native;

/// <summary>The dynamic-linking tables of a 64-bit little-endian ELF shared library for x86-64, found by section type.</summary>
/// <remarks>Every read is bounds-checked: a truncated or hostile file ends in <see cref="InvalidDataException"/>.</remarks>
internal sealed class ElfTables
{
    private const uint DynamicSection = 6;
    private const uint DynamicSymbols = 11;
    private const uint VersionNeeds = 0x6ffffffe;
    private const uint VersionIndices = 0x6fffffff;
    private const int SymbolSize = 24;
    private readonly byte[] _image;
    private readonly Section _dynamic;
    private readonly Section _symbols;
    private readonly Section _strings;
    private readonly Section _versionNeeds;
    private readonly Section _versionIndices;

    /// <exception cref="InvalidDataException">The image is no x86-64 ELF shared library with versioned symbols.</exception>
    public ElfTables(byte[] image)
    {
        _image = image;
        var header = Bytes(0, 64);
        if (!header[..6].SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw new InvalidDataException("it is not a 64-bit little-endian ELF file");
        if (U16(16) != 3 || U16(18) != 62)
            throw new InvalidDataException("it is not a shared library for x86-64");
        var tableOffset = checked((long)U64(40));
        var entrySize = U16(58);
        var count = U16(60);
        Bytes(tableOffset, entrySize * count);
        _dynamic = Find(tableOffset, entrySize, count, DynamicSection);
        _symbols = Find(tableOffset, entrySize, count, DynamicSymbols);
        _versionNeeds = Find(tableOffset, entrySize, count, VersionNeeds);
        _versionIndices = Find(tableOffset, entrySize, count, VersionIndices);
        if (_symbols.Link >= count || _symbols.Link != _versionNeeds.Link || _symbols.Link != _dynamic.Link)
            throw new InvalidDataException("its dynamic tables do not share one string table");
        _strings = At(tableOffset + _symbols.Link * (long)entrySize);
    }

    /// <summary>Symbols of the dynamic table: string offset, section (0: undefined), version index.</summary>
    public IEnumerable<(uint Name, ushort Section, ushort Version)> Symbols()
    {
        for (long i = 0; i < _symbols.Size / SymbolSize; i++)
        {
            var at = _symbols.Offset + i * SymbolSize;
            yield return (U32(at), U16(at + 6), U16(_versionIndices.Offset + 2 * i));
        }
    }

    /// <summary>Version needs: library (string offset), version (string offset), version index, file offset of the entry.</summary>
    public IEnumerable<(uint Library, uint Name, ushort Version, long Offset)> Needs()
    {
        var end = _versionNeeds.Offset + _versionNeeds.Size;
        for (var need = _versionNeeds.Offset; ;)
        {
            var library = U32(need + 4);
            for (var entry = need + U32(need + 8); ;)
            {
                if (entry + 16 > end)
                    throw new InvalidDataException("a version need lies outside its table");
                yield return (library, U32(entry + 8), U16(entry + 6), entry);
                if (U32(entry + 12) is var step && step == 0)
                    break;
                entry += step;
            }
            if (U32(need + 12) is var next && next == 0)
                yield break;
            need += next;
            if (need + 16 > end)
                throw new InvalidDataException("a version need lies outside its table");
        }
    }

    /// <summary>String offsets used by the dynamic section: needed libraries, own name, search paths.</summary>
    public IEnumerable<uint> DynamicStrings()
    {
        for (var at = _dynamic.Offset; at + 16 <= _dynamic.Offset + _dynamic.Size; at += 16)
        {
            if (U64(at) is 1 or 14 or 15 or 29)
                yield return checked((uint)U64(at + 8));
        }
    }

    /// <summary>File offset of a string of the dynamic string table.</summary>
    public long StringAt(uint offset) =>
        offset < _strings.Size ? _strings.Offset + offset : throw new InvalidDataException("a name lies outside the string table");

    public string Text(uint offset)
    {
        var rest = Bytes(StringAt(offset), checked((int)(_strings.Size - offset)));
        var end = rest.IndexOf((byte)0);
        return end >= 0 ? Encoding.ASCII.GetString(rest[..end]) : throw new InvalidDataException("a name has no end");
    }

    private Section Find(long table, int entrySize, int count, uint type)
    {
        for (var i = 0; i < count; i++)
        {
            var at = table + (long)i * entrySize;
            if (U32(at + 4) == type)
                return At(at);
        }
        throw new InvalidDataException($"it has no section of type 0x{type:x}");
    }

    private Section At(long header)
    {
        var section = new Section(checked((long)U64(header + 24)), checked((long)U64(header + 32)), U32(header + 40));
        return section.Offset <= _image.Length && section.Size <= _image.Length - section.Offset
            ? section
            : throw new InvalidDataException("a section lies outside the file");
    }

    private ReadOnlySpan<byte> Bytes(long offset, int length) =>
        offset >= 0 && length >= 0 && offset <= _image.Length - length
            ? _image.AsSpan((int)offset, length)
            : throw new InvalidDataException("it is truncated");

    private ushort U16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(at, 2));
    private uint U32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(at, 4));
    private ulong U64(long at) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(at, 8));

    private readonly record struct Section(long Offset, long Size, uint Link);
}
