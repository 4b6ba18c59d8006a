using System.Text;
using DnC.Workflow.Images.Formats.Tar;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Tests.Formats.Tar;

/// <summary>Truncated and hostile shards: refused whole, with shard, entry and offset.</summary>
public class TarRefusalTests
{
    [Theory]
    [InlineData("../a.png", "leads out")]
    [InlineData("x/../../a.png", "leads out")]
    [InlineData("x/..", "leads out")]
    [InlineData("/etc/a.png", "absolute")]
    [InlineData("\\a.png", "absolute")]
    [InlineData("C:a.png", "absolute")]
    [InlineData("x\\..\\a.png", "backslash")]
    [InlineData("a\tb.png", "control character")]
    [InlineData("a\nb.png", "control character")]
    [InlineData("a\u001b[2Jb.png", "control character")]
    public void Names_that_leave_the_archive_or_the_line(string name, string says)
    {
        Refused(new TarBytes().Add("ok.png", "1").Add(name, "x").Closed(), 1024, says);
        Refused(new TarBytes().Add("ok.png", "1").LongName(name).Add("fine.png", "x").Closed(), 1024 + 1024, says);
        Refused(new TarBytes().Add("ok.png", "1").Pax(("path", name)).Add("fine.png", "x").Closed(), 1024 + 1024, says);
    }

    [Fact]
    public void An_escape_in_a_message_does_not_reach_the_terminal() =>
        Assert.DoesNotContain('\u001b', Refused(new TarBytes().Add("a\u001b[2Jb.png", "x").Closed(), 0, "control").Message);

    [Fact]
    public void A_name_that_is_not_text() => Refused(new TarBytes().Header("a.png", TarBytes.Octal(0), spoil: b => b[1] = 0xff).Closed(), 0, "UTF-8");

    [Fact]
    public void A_name_twice() => Refused(new TarBytes().Add("a.png", "1").Add("./a.png", "2").Closed(), 1024, "name came before");

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe }, "negative")]
    [InlineData(new byte[] { 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0 }, "negative or absurd")]
    [InlineData(new byte[] { 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "negative or absurd")]
    [InlineData(new byte[] { 0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, "claims 9223372036854775807 bytes")]
    [InlineData(new byte[] { 0x37, 0x37, 0x37, 0x37, 0x37, 0x37, 0x37, 0x37, 0x37, 0x37, 0x37, 0 }, "claims 8589934591 bytes")]
    [InlineData(new byte[] { 0x2d, 0x31, 0x32, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "no number")]
    [InlineData(new byte[] { 0x31, 0x32, 0x39, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "no number")]
    public void Sizes_out_of_all_bounds(byte[] size, string says) => Refused(new TarBytes().Header("a.png", size).Raw(new byte[512]).Closed(), 0, says);

    [Theory]
    [InlineData("-1", "negative")]
    [InlineData("9223372036854775807", "claims")]
    [InlineData("99999999999999999999", "no number")]
    [InlineData("12x", "no number")]
    public void Sizes_of_pax_headers_out_of_all_bounds(string size, string says) => Refused(new TarBytes().Pax(("size", size)).Add("a.png", "1").Closed(), null, says);

    [Fact]
    public void Every_truncation()
    {
        var whole = new TarBytes().Add("a.png", new byte[600]).LongName(new string('n', 200)).Add("b.png", new byte[512]).Open();
        for (var length = 1; length <= whole.Length; length += length % 512 is 0 or 511 ? 1 : 73)
            Refused(whole[..length], null, "truncated");

        Refused([], 0, "empty");
        // Half an end mark is enough: some writers leave the second block out.
        Assert.Equal(2, TarIndexTests.Scan([.. whole, .. new byte[512]]).Members.Count);
    }

    [Fact]
    public void Long_names_without_end()
    {
        var endless = new TarBytes();
        for (var i = 0; i < 20; i++) endless.LongName($"{i}.png");
        Refused(endless.Add("a.png", "1").Closed(), 8 * 1024, "more than 8 extension headers");

        Refused(new TarBytes().LongName("a.png").Closed(), 1024, "without the entry");
        Refused(new TarBytes().LongName(new string('n', 5000)).Add("a", "1").Closed(), null, "longer than 4096");
        Refused(new TarBytes().Add("././@LongLink", new byte[(1 << 20) + 1], 'L').Add("a", "1").Closed(), 0, "absurd");
        Refused(new TarBytes().Header("././@LongLink", TarBytes.Octal(1L << 32), 'L').Closed(), 0, "claims");
    }

    [Theory]
    [InlineData("junk")]
    [InlineData("99 path=a\n")]
    [InlineData("3 =\n")]
    [InlineData("0 path=a\n")]
    [InlineData("-5 path=a\n")]
    [InlineData("11 path=abc")]
    public void Pax_records_that_are_none(string records) =>
        Refused(new TarBytes().Add("x", Encoding.UTF8.GetBytes(records), 'x').Add("a.png", "1").Closed(), 0, "pax header");

    [Theory]
    [InlineData('1', "link")]
    [InlineData('2', "link")]
    [InlineData('3', "type '3'")]
    [InlineData('6', "type '6'")]
    [InlineData('S', "type 'S'")]
    [InlineData('M', "type 'M'")]
    public void Entries_that_are_no_files(char type, string says) => Refused(new TarBytes().Add("a.png", [], type).Closed(), 0, says);

    [Fact]
    public void Sparse_files_and_folders_with_data()
    {
        Refused(new TarBytes().Pax(("GNU.sparse.major", "1")).Add("a.png", "1").Closed(), 0, "sparse");
        Refused(new TarBytes().Add("folder", "1"u8.ToArray(), '5').Closed(), 0, "folder with data");
    }

    [Fact]
    public void More_entries_than_allowed()
    {
        var tar = new TarBytes();
        for (var i = 0; i < 5; i++) tar.Add($"{i}.png", []);

        Refused(tar.Closed(), 4 * 512, "more than 4 entries", maxEntries: 4);
    }

    [Fact]
    public void What_is_no_tar()
    {
        Refused(Encoding.ASCII.GetBytes(new string('x', 2048)), 0, "no tar archive");
        Refused([0x1f, 0x8b, .. new byte[1022]], 0, "gunzip");
        Refused([.. new TarBytes().Add("a.png", "1").Open(), .. Encoding.ASCII.GetBytes(new string('x', 1024))], 1024, "damaged");
        Refused([.. new TarBytes().Add("a.png", "1").Closed(), .. new TarBytes().Add("b.png", "1").Closed()], 1024, "end mark there is more");
    }

    [Fact]
    public void Random_bytes_and_random_damage_end_in_an_index_or_a_refusal()
    {
        var whole = new TarBytes().Add("a.png", new byte[600]).LongName(new string('n', 200)).Add("b", "1").Pax(("path", "c.png")).Add("d", "22").Closed();
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var bytes = (byte[])whole.Clone();
            if (seed % 4 == 0) random.NextBytes(bytes);
            else for (var i = 0; i < 1 + seed % 5; i++) Damage(bytes, random);
            try
            {
                Assert.All(TarIndexTests.Scan(bytes).Members, m => Assert.True(m.Size >= 0 && m.Offset >= 512 && m.Offset + m.Size <= bytes.Length));
            }
            catch (UserInputException e)
            {
                Assert.Contains("shard.tar", e.Message, StringComparison.Ordinal);
            }
        }
    }

    // A byte of a header (with its checksum mended, so that the damage is reached) or of anything.
    private static void Damage(byte[] bytes, Random random)
    {
        bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        var block = bytes.AsSpan(random.Next(bytes.Length / 512) * 512, 512);
        block[random.Next(512)] = (byte)random.Next(256);
        block.Slice(148, 8).Fill((byte)' ');
        long sum = 0;
        foreach (var one in block) sum += one;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
    }

    private static UserInputException Refused(byte[] bytes, long? offset, string says, int maxEntries = TarIndex.MaxEntries)
    {
        var refusal = Assert.Throws<UserInputException>(() => TarIndexTests.Scan(bytes, maxEntries));

        Assert.Contains("shard.tar", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        if (offset is { } at) Assert.Contains($"at byte {at}:", refusal.Message, StringComparison.Ordinal);
        return refusal;
    }
}
