using System.Security.Cryptography;
using System.Text;
using DnC.Workflow.Learning.Native;

namespace DnC.Workflow.Learning.Tests.Native;

public class ElfPatchTests
{
    private static readonly byte[] Anchor = Encoding.ASCII.GetBytes("_ZSt21ios_base_library_initv\0");

    [Fact]
    public void TheKnownDigestIsThatOfTheLibraryInThePackage() =>
        Assert.Equal(MendedCopy.SourceDigest, Convert.ToHexStringLower(SHA256.HashData(Shipped())));

    [Fact]
    public void ChangesOneVersionNeedAndOneSymbolNameAndNothingElse()
    {
        var source = Shipped();
        var mended = ElfPatch.Apply(source);

        Assert.Equal(source.Length, mended.Length);
        var changed = Enumerable.Range(0, source.Length).Where(i => source[i] != mended[i]).ToList();
        var name = source.AsSpan().IndexOf(Anchor);
        Assert.InRange(changed.Count, 10, Anchor.Length + 8);
        Assert.All(changed, i => Assert.True(i >= name && i < name + Anchor.Length || IsInVersionNeeds(source, i), $"byte {i} changed"));
        Assert.Equal("_ZNSt8ios_base4InitC1Ev", Encoding.ASCII.GetString(mended, name, 23));
        Assert.Equal(0, mended[name + 23]);
    }

    [Fact]
    public void ASecondPatchIsRefused()
    {
        var error = Assert.Throws<InvalidDataException>(() => ElfPatch.Apply(ElfPatch.Apply(Shipped())));
        Assert.Contains("no need for GLIBCXX_3.4.32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherSymbolOfThatVersionIsRefused()
    {
        var source = Shipped();
        source[source.AsSpan().IndexOf(Anchor) + 5] ^= 1;
        var error = Assert.Throws<InvalidDataException>(() => ElfPatch.Apply(source));
        Assert.Contains("_ZSt21ios_base_library_initv", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherFilesAreRefused()
    {
        Assert.Throws<InvalidDataException>(() => ElfPatch.Apply([]));
        Assert.Throws<InvalidDataException>(() => ElfPatch.Apply(Encoding.ASCII.GetBytes(new string('x', 4096))));
        var libtorch = NativeFile("libc10.so");
        Assert.Throws<InvalidDataException>(() => ElfPatch.Apply(File.ReadAllBytes(libtorch)));
    }

    [Theory]
    [InlineData(47, 0xff)] // section table offset, its highest byte
    [InlineData(60, 0x00)] // no sections
    [InlineData(18, 0xb7)] // another machine
    [InlineData(4, 0x01)] // 32-bit
    public void ACorruptHeaderIsRefused(int at, byte value)
    {
        var source = Shipped();
        source[at] = value;
        Assert.Throws<InvalidDataException>(() => ElfPatch.Apply(source));
    }

    [Fact]
    public void TruncationAtAnyPlaceIsRefused()
    {
        var source = Shipped();
        for (var length = 0; length < source.Length; length += source.Length / 97)
            Assert.Throws<InvalidDataException>(() => ElfPatch.Apply(source[..length]));
    }

    internal static byte[] Shipped() => File.ReadAllBytes(NativeFile("libLibTorchSharp.so"));

    internal static string NativeFile(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only the Linux library is mended");
        var folders = ((string)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")!).Split(Path.PathSeparator);
        return folders.Select(f => Path.Combine(f, name)).First(File.Exists);
    }

    /// <summary>Version needs start at 0x3f8f0 and are 0x210 bytes long in the package's library, as readelf says.</summary>
    private static bool IsInVersionNeeds(byte[] source, int i) => source.Length == 2399008 && i >= 0x3f8f0 && i < 0x3f8f0 + 0x210;
}
