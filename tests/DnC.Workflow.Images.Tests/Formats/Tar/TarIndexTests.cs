using System.Formats.Tar;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Formats.Tar;

namespace DnC.Workflow.Images.Tests.Formats.Tar;

public class TarIndexTests
{
    [Fact]
    public void Finds_files_with_offsets_and_sizes()
    {
        var index = Scan(new TarBytes().Add("a.png", new byte[700]).Add("sub/", [], '5').Add("sub/b.cls", "3").Add("c.jpg", []).Closed());

        Assert.Equal([new("a.png", 512, 700), new("sub/b.cls", 512 + 1024 + 512 + 512, 1), new("c.jpg", 3584, 0)], index.Members);
    }

    [Fact]
    public void Reads_the_bytes_it_points_to_in_archives_of_all_formats_of_dotnet()
    {
        foreach (var format in new[] { TarEntryFormat.V7, TarEntryFormat.Ustar, TarEntryFormat.Pax, TarEntryFormat.Gnu })
        {
            var names = format == TarEntryFormat.V7 ? ["a.png", "ü.png"] : new[] { "a.png", "ü.png", new string('d', 90) + "/" + new string('e', 90) + ".png" };
            using var bytes = new MemoryStream();
            using (var writer = new TarWriter(bytes, format, leaveOpen: true))
            {
                for (var i = 0; i < names.Length; i++) writer.WriteEntry(Entry(format, names[i], TempData.Picture(i)));
            }

            var index = Scan(bytes.ToArray());

            Assert.Equal(names, index.Members.Select(member => member.Name));
            for (var i = 0; i < names.Length; i++)
                Assert.Equal(TempData.Picture(i), bytes.ToArray().AsSpan((int)index.Members[i].Offset, (int)index.Members[i].Size).ToArray());
        }
    }

    [Theory]
    [InlineData("./a.png", "a.png")]
    [InlineData("x//y/./a.png", "x/y/a.png")]
    [InlineData("..a/b..png", "..a/b..png")]
    public void Takes_empty_parts_out_of_names(string written, string read) =>
        Assert.Equal(read, Assert.Single(Scan(new TarBytes().Add(written, "x").Closed()).Members).Name);

    [Fact]
    public void Joins_the_prefix_of_ustar_and_leaves_that_of_gnu()
    {
        var index = Scan(new TarBytes()
            .Header("a.png", TarBytes.Octal(0), prefix: "folder")
            .Header("b.png", TarBytes.Octal(0), magic: "ustar  \0", prefix: "00000000000")
            .Closed());

        Assert.Equal(["folder/a.png", "b.png"], index.Members.Select(member => member.Name));
    }

    [Fact]
    public void Long_names_and_sizes_of_extensions_hold_for_one_entry()
    {
        var name = new string('n', 300) + ".png";

        var index = Scan(new TarBytes()
            .LongName(name).Add("short.png", "1")
            .Pax(("path", "pax/ü.png"), ("size", "3"), ("mtime", "1.5")).Header("ignored", TarBytes.Octal(0)).Raw("abc"u8.ToArray()).Pad()
            .Add("plain.png", "22")
            .Closed());

        Assert.Equal([(name, 1L), ("pax/ü.png", 3L), ("plain.png", 2L)], index.Members.Select(member => (member.Name, member.Size)));
    }

    [Fact]
    public void Comments_of_archivers_and_volume_names_are_passed_over()
    {
        var index = Scan(new TarBytes().Add("pax_global_header", "18 comment=abcdef\n"u8.ToArray(), 'g').Add("volume", [], 'V').Add("a.png", "1").Closed());

        Assert.Equal("a.png", Assert.Single(index.Members).Name);
    }

    [Fact]
    public void A_binary_size_is_read()
    {
        byte[] size = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5];

        Assert.Equal(5, Assert.Single(Scan(new TarBytes().Header("a.png", size).Raw("12345"u8.ToArray()).Pad().Closed()).Members).Size);
    }

    [Fact]
    public void Entries_far_apart_and_close_together_are_found_alike()
    {
        var tar = new TarBytes();
        for (var i = 0; i < 400; i++) tar.Add($"{i}.png", new byte[i % 7 == 0 ? 200_000 : i * 13]);

        var index = Scan(tar.Closed());

        Assert.Equal(Enumerable.Range(0, 400).Select(i => ($"{i}.png", (long)(i % 7 == 0 ? 200_000 : i * 13))), index.Members.Select(m => (m.Name, m.Size)));
    }

    [Fact]
    public void An_archive_without_files_is_one() => Assert.Empty(Scan(new TarBytes().Closed()).Members);

    internal static TarIndex Scan(byte[] bytes, int maxEntries = TarIndex.MaxEntries)
    {
        using var data = new TempData();
        return TarIndex.Scan(data.Write("shard.tar", bytes), maxEntries);
    }

    private static TarEntry Entry(TarEntryFormat format, string name, byte[] data)
    {
        var stream = new MemoryStream(data);
        return format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name) { DataStream = stream },
            TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = stream },
            TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = stream },
            _ => new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = stream },
        };
    }
}
