using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats.Tar;

/// <summary>One pass over a shard's headers.</summary>
internal sealed class TarScan(string path, TarWindow window, long length, int maxEntries)
{
    private const int Block = TarHeader.Block;

    private readonly List<TarMember> _members = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly TarExtensions _extensions = new();

    /// <summary>The regular files. Every pass of the loop moves forward by at least a block, so it ends.</summary>
    public List<TarMember> Members()
    {
        long at = 0;
        for (long entries = 0; ; entries++)
        {
            var block = window.At(at, Block);
            if (block.Length < Block)
            {
                throw Refuse(at, null, block.IsEmpty
                    ? "the archive ends without its end mark: it is truncated."
                    : "the archive ends inside a header: it is truncated.");
            }
            var header = new TarHeader(block);
            if (header.IsZero) return End(at);
            if (entries >= maxEntries) throw Refuse(at, null, $"it has more than {maxEntries} entries.");
            if (!header.ChecksumHolds) throw Refuse(at, null, NoHeader(at, block));
            at = Entry(at, header);
        }
    }

    private static string NoHeader(long at, ReadOnlySpan<byte> block) =>
        at > 0 ? "this is no tar header (its checksum does not hold): the archive is damaged."
        : block[0] == 0x1f && block[1] == 0x8b ? "this is a gzip file, which has no random access: unpack it with 'gunzip' first."
        : "this is no tar archive.";

    private List<TarMember> End(long at)
    {
        if (_extensions.Headers > 0)
        {
            throw Refuse(
                at, _extensions.Name, "the archive ends after an extension header, without the entry it speaks of: it is truncated.");
        }
        // Writers pad with zeros. Anything else would be files that this index does not have.
        return window.AnythingFrom(at)
            ? throw Refuse(at, null, "after the end mark there is more: archives put behind one another are not read; keep them as shards of their own.")
            : _members;
    }

    private long Entry(long at, in TarHeader header)
    {
        var type = header.Type;
        var name = _extensions.Name ?? header.Name;
        var extends = type is 'x' or 'g' or 'L' or 'K' or 'V';
        if (name is null) throw Refuse(at, null, "its name is not UTF-8.");
        if ((extends ? header.Size : _extensions.Size ?? header.Size) is not { } size) throw Refuse(at, name, "its size is no number.");
        if (size < 0) throw Refuse(at, name, "its size is negative or absurd.");
        var data = at + Block;
        if (size > length - data)
        {
            throw Refuse(at, name, $"it claims {size} bytes of data, but only {length - data} follow: the archive is truncated or its sizes are absurd.");
        }
        if (extends) Extend(at, type, data, size, name);
        else
        {
            Take(at, type, name, data, size);
            _extensions.Clear();
        }
        // Data is padded to whole blocks. Where the padding is missing at the end of the file, the next header's absence says so.
        return data + (size + Block - 1) / Block * Block;
    }

    private void Extend(long at, char type, long data, long size, string name)
    {
        if (size > TarExtensions.MaxBytes)
            throw Refuse(at, name, $"an extension header of {size} bytes is absurd (at most {TarExtensions.MaxBytes} are read).");
        if (_extensions.Take(type, window.Read(data, (int)size)) is { } wrong) throw Refuse(at, _extensions.Name ?? name, wrong);
    }

    private void Take(long at, char type, string name, long data, long size)
    {
        var wrong = TarNames.Check(name, out var clean);
        if (wrong is not null) throw Refuse(at, name, wrong);
        switch (type)
        {
            case '0' or '7' when name.EndsWith('/') || clean.Length == 0:
                // v7 archives write folders so.
                if (size > 0) throw Refuse(at, name, "it has data but no file name.");
                break;
            case '0' or '7':
                if (!_names.Add(clean)) throw Refuse(at, name, "a file of this name came before: which of the two is meant cannot be known.");
                _members.Add(new TarMember(clean, data, size));
                break;
            case '5':
                if (size > 0) throw Refuse(at, name, "it is a folder with data.");
                break;
            case '1' or '2':
                throw Refuse(at, name, "it is a link; shards hold whole files.");
            default:
                throw Refuse(at, name, $"entries of type '{TarRefusal.Shown(type.ToString())}' are not read; shards hold plain files.");
        }
    }

    private UserInputException Refuse(long at, string? entry, string what) => TarRefusal.Of(path, at, entry, what);
}
